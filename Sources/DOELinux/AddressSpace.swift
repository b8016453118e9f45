internal import Glibc

/// The memory that a process had when this was opened. An execve(2) gives a process another one, and its end takes it
/// away: so this tells, with one call that needs no right, whether the process goes on with the program that it had.
///
/// It is told by `/proc/PID/pagemap`, which the kernel binds to the memory at open(2) and to who opened it. Less than one
/// of its entries cannot be read: that is EINVAL, and before the kernel says so it looks whether the memory is still
/// anybody's, and where it is not there is nothing to read. It takes no lock of that memory, which the process could
/// hold as long as it likes. No page's place is told to whoever has the descriptor where CAP_SYS_ADMIN did not open it.
///
/// Processes that share their memory, as after vfork(2), keep it for each other: of these it says nothing.
public struct AddressSpace: Sendable {
    /// To be handed on.
    public let descriptor: Descriptor

    /// A file of that kind that is open.
    public init(owning descriptor: Descriptor) { self.descriptor = descriptor }

    /// Opens that of the process with this folder in procfs. Waits while the process is in the middle of an execve(2),
    /// which can be as long as it likes; `nil` where the process has ended or may not be looked at, and where the kernel
    /// has no such file (CONFIG_PROC_PAGE_MONITOR).
    init?(openingIn folder: String) {
        let number = unsafe open("\(folder)/pagemap", O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { return nil }
        descriptor = Descriptor(owning: number)
        guard isInUse else { return nil }
    }

    /// Whether the process is there and has not replaced its program since.
    public var isInUse: Bool {
        var byte: UInt8 = 0
        return unsafe pread(descriptor.number, &byte, 1, 0) < 0 && errno == EINVAL
    }
}
