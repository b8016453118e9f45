internal import CLinux
internal import Glibc

/// An open file descriptor that is closed when the last reference goes.
public final class Descriptor: Sendable {
    /// The number.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) { self.number = number }

    /// Opens a file that is there for writing; nothing is cut off or made.
    public convenience init(openingForWriting path: String) throws(LinuxError) {
        let number = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        self.init(owning: number)
    }

    /// The same open file under another number.
    public func duplicated(subject: String) throws(LinuxError) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw LinuxError.last("fcntl", subject) }
        return Descriptor(owning: copy)
    }

    /// Has this number be another open file's from now on, for all who use it; what it was is closed.
    public func become(_ other: Descriptor, subject: String) throws(LinuxError) {
        guard clinux_take_number(other.number, number) >= 0 else { throw LinuxError.last("dup3", subject) }
    }

    /// Of a connection: whether it is over. Only the end of both directions counts, since a client may close its own
    /// after its last request.
    var isHungUp: Bool {
        var state = pollfd(fd: number, events: 0, revents: 0)
        return unsafe poll(&state, 1, 0) != 0
    }

    /// Of a file: whether it lies in memory (tmpfs, ramfs). Where the kernel does not tell it is taken for one on a
    /// disk.
    public var isInMemory: Bool { clinux_is_in_memory(number) == 1 }

    deinit { Glibc.close(number) }
}
