internal import CLinux
internal import Glibc
internal import SystemPackage

/// A socket that takes connections of whole messages, as a service manager has made it and passed it on.
public final class MessageListener: Sendable {
    /// Readable while a connection waits.
    public let descriptor: Descriptor

    /// The one that is passed under this number; an error, with this remedy, where there is none of the kind.
    public init(passedAs number: Int32, remedy: String) throws(LinuxError) {
        guard Self.option(SO_TYPE, of: number) == Int32(SOCK_SEQPACKET.rawValue),
            Self.option(SO_ACCEPTCONN, of: number) == 1, fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else {
            throw LinuxError(
                "find", "a listening socket of messages as descriptor \(number)", .badFileDescriptor, remedy: remedy)
        }
        descriptor = Descriptor(owning: number)
    }

    /// The next connection; waits for one. `nil` where who asked for it has gone already.
    public func accept() throws(LinuxError) -> MessageSocket? {
        let number = clinux_message_accept(descriptor.number)
        if number >= 0 { return MessageSocket(owning: Descriptor(owning: number)) }
        switch errno {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        default: throw .last("accept", "a connection")
        }
    }

    private static func option(_ name: Int32, of number: Int32) -> Int32? {
        var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return unsafe getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}
