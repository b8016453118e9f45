import DOEWords
import Testing

@testable import DOELinux

struct DeviceEventsTests {
    @Test(
        "an announcement is about the subsystem that it names, and about no other",
        arguments: [
            ("add@/devices/pci0000:00/0000:0d:00.0\0ACTION=add\0SUBSYSTEM=pci\0SEQNUM=7\0", true),
            ("bind@/devices/x\0ACTION=bind\0SUBSYSTEM=pci", true),
            ("add@/devices/x\0ACTION=add\0SUBSYSTEM=pci_express\0", false),
            ("add@/devices/SUBSYSTEM=pci\0ACTION=add\0XSUBSYSTEM=pci\0SUBSYSTEM=net\0", false),
            ("", false), ("\0\0\0", false),
        ])
    func subsystem(text: String, isAbout: Bool) {
        #expect(DeviceEvents.isAbout("pci", Array(text.utf8)[...]) == isAbout)
    }

    @Test("a socket that nobody has announced anything on has nothing to tell")
    func silence() throws {
        let events: DeviceEvents
        do throws(LinuxError) {
            events = try DeviceEvents()
        } catch {
            // A sandbox may refuse such sockets; the guest test has real ones.
            print("NOT TESTED: the kernel's announcements of devices (\(error.description))")
            return
        }
        #expect(!events.takeChanges(of: "no-such-subsystem"))
    }
}
