import CLinux
import DOEWords
import Glibc
import Testing

@testable import PCIConfig

@Suite("A function held open")
struct HeldConfigSpaceTests {
    private let tree: MadeUpTree
    private let directory = "bus/pci/devices/0000:0d:00.0"

    init() throws { tree = try MadeUpTree() }

    private func function() throws -> PCIFunction { tree.host.function(try #require(FunctionAddress("0000:0d:00.0"))) }

    /// Serial number 0x1234, mailboxes at 0x190 and 0x1c0.
    private func image(serial: UInt64 = 0x1234) -> ConfigImage {
        var image = ConfigImage()
        image.addSerial(serial, at: 0x100, next: 0x190)
        image.addCapability(0x2e, at: 0x190, next: 0x1c0)
        image.addCapability(0x2e, version: 2, at: 0x1c0, next: 0)
        return image
    }

    private func reason(_ body: () throws -> Void) -> ConfigSpaceError.Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ConfigSpaceError)?.reason
        }
    }

    @Test("says who it is and names every mailbox")
    func identity() throws {
        try tree.addFunction("0000:0d:00.0", image())
        try tree.link("\(directory)/driver", to: "../../../drivers/cxl_pci")
        let held = try function().hold()
        #expect(held.mailboxes.map(\.description) == ["0000:0d:00.0@190", "0000:0d:00.0@1c0"])
        let identity = held.identity(of: held.mailboxes[0])
        #expect(identity.device == .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)))
        #expect(identity.pciClass == .known(0x050210))
        #expect(identity.serialNumber == .known(0x1234))
        #expect(identity.driver == .known("cxl_pci"))
        tree.removeTree("\(directory)/driver")
        #expect(held.identity(of: held.mailboxes[0]).driver == Fact<String>.none)
    }

    @Test("knows the version of each of its mailboxes' capabilities, and of nobody else's")
    func capabilityVersions() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        #expect(held.mailboxes.map { held.capabilityVersion(of: $0) } == [1, 2])
        for name in ["0000:0d:00.1@190", "0000:0d:00.0@200", "sim:cxl"] {
            #expect(held.capabilityVersion(of: try #require(MailboxName(name))) == nil)
        }
    }

    @Test("says nothing against writing to a file that was opened for it, or that was wanted for reading alone")
    func writable() throws {
        try tree.addFunction("0000:0d:00.0", image())
        #expect(try function().hold().obstacleToWriting == nil)
        #expect(try function().hold(forReadingAlone: true).obstacleToWriting == nil)
    }

    @Test("has no serial number without the capability, and an unknown one behind a broken chain")
    func serial() throws {
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: 0)
        try tree.addFunction("0000:0d:00.0", image)
        #expect(try function().hold().serialNumber == Fact<UInt64>.none)
        image.addCapability(0x2e, at: 0x100, next: 0x100)
        try tree.addFunction("0000:0d:00.0", image)
        #expect(try function().hold().serialNumber == .unknown)
    }

    @Test("reads and writes dwords in the order of PCI")
    func dwords() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        #expect(try held.readDword(at: 0) == 0x0d93_8086)
        try held.writeDword(0x0102_0304, at: 0x1a0)
        #expect(try held.readDword(at: 0x1a0) == 0x0102_0304)
        let bytes = try #require(try Sysfs.bytes("\(tree.root)/\(directory)/config", limit: 4096))
        #expect(bytes[0x1a0..<0x1a4] == [4, 3, 2, 1])
    }

    @Test("opening and looking writes nothing")
    func opensWithoutWriting() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        try held.checkAvailable()
        try held.checkStillSame()
        #expect(try Sysfs.bytes("\(tree.root)/\(directory)/config", limit: 4096) == image().bytes)
    }

    @Test("refuses offsets that are no dword of config space", arguments: [UInt16(1), 2, 0x103, 0x1000, 0xffff])
    func offsets(offset: UInt16) throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        #expect(reason { _ = try held.readDword(at: offset) } == .failed)
        #expect(reason { try held.writeDword(0, at: offset) } == .failed)
    }

    @Test("is gone once another device stands at the address")
    func swapped() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        #expect(reason { try held.checkStillSame() } == nil)
        try tree.addFunction("0000:0d:00.0", image())
        #expect(reason { try held.checkStillSame() } == .gone)
    }

    @Test("is gone once it is removed")
    func removed() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        tree.removeTree(directory)
        #expect(reason { try held.checkStillSame() } == .gone)
        #expect(reason { try held.checkAvailable() } == .gone)
        #expect(reason { _ = try function().hold() } == .gone)
        #expect(held.identity(of: held.mailboxes[0]).driver == .unknown)
    }

    @Test("is gone once ids or serial number differ behind the same descriptor")
    func changedInPlace() throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        try tree.overwrite("\(directory)/config", image(serial: 0x1235).bytes)
        #expect(reason { try held.checkStillSame() } == .gone)
        var other = image()
        other[0] = 0x0d94_8086
        try tree.overwrite("\(directory)/config", other.bytes)
        #expect(reason { try held.checkStillSame() } == .gone)
        try tree.overwrite("\(directory)/config", image().bytes)
        #expect(reason { try held.checkStillSame() } == nil)
        try tree.overwrite("\(directory)/config", Array(repeating: 0xff, count: 4096))
        #expect(reason { try held.checkStillSame() } == .gone)
        #expect(try held.readDword(at: 0x19c) == .max)
    }

    @Test("is not touched while it sleeps", arguments: [PowerState.d1, .d2, .d3hot, .d3cold, .error])
    func asleep(state: PowerState) throws {
        try tree.addFunction("0000:0d:00.0", image())
        let held = try function().hold()
        try tree.write("\(directory)/power_state", "\(state)\n")
        #expect(reason { try held.checkAvailable() } == .unavailable)
        #expect(reason { _ = try function().hold() } == .unavailable)
        try tree.write("\(directory)/power_state", "D0\n")
        #expect(reason { try held.checkAvailable() } == nil)
    }

    @Test(
        "goes by its own register where the kernel does not know the power state",
        arguments: [(UInt32(0), true), (1, false), (2, false), (3, false), (8, true), (.max, false)])
    func ownPowerState(register: UInt32, isAwake: Bool) throws {
        var image = image()
        image[0x04] = 1 << 20
        image[0x34] = 0x60
        image[0x60] = 0x0010 | 0x70 << 8  // PCI Express first
        image[0x70] = 0x0001
        image[0x74] = register
        try tree.addFunction("0000:0d:00.0", image)
        try tree.write("\(directory)/power_state", "unknown\n")
        #expect(reason { _ = try function().hold() } == (isAwake ? nil : .unavailable))
    }

    @Test(
        "is gone where it reads as all ones, also where the kernel does not know its power state",
        arguments: ["D0", "unknown"])
    func allOnes(state: String) throws {
        try tree.addFunction("0000:0d:00.0", image())
        try tree.write("\(directory)/power_state", "\(state)\n")
        let held = try function().hold()
        try tree.overwrite("\(directory)/config", Array(repeating: 0xff, count: 4096))
        #expect(
            reason {
                try held.checkAvailable()
                try held.checkStillSame()
            } == .gone)
        #expect(reason { _ = try function().hold() } == .gone)
    }

    @Test(
        "has the kernel's ids where it is a virtual function, whose own read as all ones", arguments: ["D0", "unknown"])
    func virtualFunction(state: String) throws {
        var image = image()
        image[0] = .max
        try tree.addFunction("0000:0d:00.0", image)
        try tree.write("\(directory)/power_state", "\(state)\n")
        #expect(reason { _ = try function().hold() } == .gone)
        try tree.write("\(directory)/vendor", "0x8086\n")
        try tree.write("\(directory)/device", "0x0d94\n")
        try tree.link("\(directory)/physfn", to: "../0000:0d:00.1")
        let held = try function().hold()
        #expect(held.device == PCIDeviceID(vendor: 0x8086, device: 0x0d94))
        #expect(held.mailboxes.count == 2)
        #expect(reason { try held.checkAvailable() } == nil)
        #expect(reason { try held.checkStillSame() } == nil)
        #expect(try held.readDword(at: 0) == 0x0d94_8086)
        try tree.overwrite("\(directory)/config", Array(repeating: 0xff, count: 4096))
        #expect(try held.readDword(at: 0) == .max)
        #expect(reason { try held.checkStillSame() } == .gone)
        #expect(reason { _ = try function().hold() } == .gone)
    }

    @Test("comes to an end where the conventional capabilities loop")
    func conventionalLoop() throws {
        var image = image()
        image[0x04] = 1 << 20
        image[0x34] = 0x60
        image[0x60] = 0x0010 | 0x60 << 8
        try tree.addFunction("0000:0d:00.0", image)
        tree.removeTree("\(directory)/power_state")
        #expect(reason { _ = try function().hold() } == nil)
    }

    @Test("says that 64 bytes need CAP_SYS_ADMIN to become more")
    func privileged() throws {
        try tree.addFunction("0000:0d:00.0", image(), byteCount: 64)
        let error = #expect(throws: ConfigSpaceError.self) { try function().hold() }
        #expect(error?.reason == .short)
        #expect(error?.remedy?.contains("CAP_SYS_ADMIN") == true)
    }

    @Test("has no extended capabilities in 256 bytes")
    func conventional() throws {
        try tree.addFunction("0000:0d:00.0", image(), byteCount: 256)
        let held = try function().hold()
        #expect(held.capabilities == ExtendedCapabilityList())
        #expect(held.mailboxes.isEmpty)
        #expect(reason { _ = try held.readDword(at: 0x100) } == .short)
    }

    @Test("is an error where config is empty or a directory")
    func strangeFiles() throws {
        try tree.write("\(directory)/config", [])
        try tree.write("\(directory)/power_state", "D0\n")
        #expect(reason { _ = try function().hold() } == .short)
        tree.removeTree("\(directory)/config")
        tree.makeDirectories("\(directory)/config")
        #expect(reason { _ = try function().hold() } == .failed)
    }

    @Test("a kernel that takes no writes is told apart, with a remedy that names lockdown")
    func lockdown() throws {
        // A sealed memory file opens for writing and then refuses with EPERM, as config space does under lockdown.
        let bytes = image().bytes
        let sealed = unsafe clinux_memfd_sealed("config", bytes, bytes.count)
        #expect(sealed >= 0)
        defer { close(sealed) }
        try tree.write("\(directory)/power_state", "D0\n")
        try tree.link("\(directory)/config", to: "/proc/self/fd/\(sealed)")
        let held = try function().hold()
        let error = #expect(throws: ConfigSpaceError.self) { try held.writeDword(1, at: 0x198) }
        #expect(error?.reason == .refused)
        #expect(error?.remedy?.contains("lockdown") == true)
    }

    @Test("a file that may only be read is opened for reading, and refuses writes")
    func readOnly() throws {
        // The kernel opens this one for writing to nobody, root included.
        let path = "/sys/kernel/notes"
        let opened = try OpenedConfig(path: path, forReadingAlone: false)
        #expect(opened.writeError?.reason == .refused)
        let file = try ConfigFile(opened, path: path, forReadingAlone: false)
        #expect(reason { _ = try file.readDword(at: 0) } == nil)
        #expect(reason { try file.writeDword(0, at: 0) } == .refused)
    }

    @Test(
        "names what the kernel's errors mean",
        arguments: [
            (ENODEV, ConfigSpaceError.Reason.gone), (ENXIO, .gone), (ENOENT, .gone), (EPERM, .refused),
            (EACCES, .refused), (EROFS, .refused), (EIO, .failed), (EINVAL, .failed),
        ])
    func errors(number: Int32, reason: ConfigSpaceError.Reason) {
        let error = ConfigFile.failure("read", "/sys/x", number)
        #expect(error.reason == reason)
        #expect(error.problem.hasPrefix("cannot read /sys/x: "))
        #expect((error.remedy != nil) == (reason == .refused))
    }
}
