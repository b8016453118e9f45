internal import CLinux
internal import Glibc

/// The kernel's announcements that a device came, went, or got another driver (kobject uevents).
public final class DeviceEvents: Sendable {
    /// What to wait for.
    public let descriptor: Descriptor

    /// Announcements from now on. A network namespace other than the host's gets none.
    public init() throws(LinuxError) {
        let number = clinux_device_events()
        guard number >= 0 else {
            throw .last("socket", "the kernel's announcements of devices (NETLINK_KOBJECT_UEVENT)")
        }
        descriptor = Descriptor(owning: number)
    }

    /// Takes all that wait. Whether one was about this subsystem (`pci`), or was lost and may have been.
    public func takeChanges(of subsystem: String) -> Bool {
        var isChanged = false
        var message = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = unsafe clinux_netlink_read(descriptor.number, &message, message.count)
            if count < 0 {
                if errno == EINTR { continue }
                if errno == ENOBUFS {
                    isChanged = true
                    continue
                }
                return isChanged
            }
            if count > 0, Self.isAbout(subsystem, message[..<count]) { isChanged = true }
        }
    }

    /// `ACTION@PATH`, then `KEY=value`, each with a zero behind it.
    static func isAbout(_ subsystem: String, _ message: ArraySlice<UInt8>) -> Bool {
        let wanted = Array("SUBSYSTEM=\(subsystem)".utf8)
        return message.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
}
