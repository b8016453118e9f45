internal import CLinux
internal import Glibc

/// What the driver of a CXL memory device passes on to the device's own mailbox for a program, as the driver says
/// (CXL_MEM_QUERY_COMMANDS). The device is not asked.
public struct CXLCommands: Hashable, Sendable {
    /// One command: its number in `linux/cxl_mem.h`, and the flags that the driver gives it.
    struct Entry: Hashable {
        let number: UInt32
        let flags: UInt32
    }

    /// What becomes of Inject Poison.
    public enum Injection: String, Hashable, Sendable, CaseIterable {
        /// The driver takes no such command, as since Linux 6.4.
        case notTaken
        /// The driver would take it, and the device does not have it.
        case notOffered
        /// It is passed on.
        case passedOn
    }

    /// What becomes of Inject Poison.
    public let injection: Injection
    /// Whether the driver passes on whatever command, by its number alone (CONFIG_CXL_MEM_RAW_COMMANDS).
    public let takesRawCommands: Bool

    /// From its parts.
    public init(injection: Injection, takesRawCommands: Bool) {
        self.injection = injection
        self.takesRawCommands = takesRawCommands
    }

    /// Of a device by its file, `/dev/cxl/mem0`. Needs root.
    public init(ofDevice path: String) throws(LinuxError) {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        let device = Descriptor(owning: number)
        var found = [clinux_cxl_command](repeating: clinux_cxl_command(), count: Self.most)
        let count = unsafe clinux_cxl_commands(device.number, &found, found.count)
        guard count >= 0 else { throw .last("ioctl", path) }
        self.init(found.prefix(Int(count)).map { Entry(number: $0.number, flags: $0.flags) })
    }

    init(_ entries: [Entry]) {
        let injection = entries.first { $0.number == Self.injectPoison }
        self.init(
            injection: injection.map { $0.flags & Self.isEnabled != 0 ? .passedOn : .notOffered } ?? .notTaken,
            takesRawCommands: entries.contains { $0.number == Self.raw })
    }

    /// CXL_MEM_COMMAND_ID_RAW, and what was CXL_MEM_COMMAND_ID_INJECT_POISON before Linux 6.4.
    private static let (raw, injectPoison): (UInt32, UInt32) = (2, 16)
    /// CXL_MEM_COMMAND_FLAG_ENABLED: the device has it too.
    private static let isEnabled: UInt32 = 1
    private static let most = 128
}
