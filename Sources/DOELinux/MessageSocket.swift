internal import CLinux
internal import Glibc
internal import SystemPackage

/// One end of a connection between two processes that carries whole messages, each with a few descriptors
/// (SOCK_SEQPACKET of unix(7)).
public final class MessageSocket: Sendable {
    /// How many descriptors a message takes.
    public static let mostDescriptors = Int(CLINUX_MOST_DESCRIPTORS)

    /// To be waited for, or handed on.
    public let descriptor: Descriptor

    /// An end that is open already.
    public init(owning descriptor: Descriptor) { self.descriptor = descriptor }

    /// The end that whoever started this program has passed; an error, with this remedy, where there is none of the kind.
    public init(passedAs number: Int32, remedy: String) throws(LinuxError) {
        var (kind, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard unsafe getsockopt(number, SOL_SOCKET, SO_TYPE, &kind, &size) == 0,
            kind == Int32(SOCK_SEQPACKET.rawValue), fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else {
            throw LinuxError("find", "a socket of messages as descriptor \(number)", .badFileDescriptor, remedy: remedy)
        }
        descriptor = Descriptor(owning: number)
    }

    /// A connection to whoever listens at a path.
    public init(connectingTo path: String, remedy: String) throws(LinuxError) {
        let number = clinux_socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue))
        guard number >= 0 else { throw .last("socket", path) }
        descriptor = Descriptor(owning: number)
        guard unsafe clinux_unix_connect(number, path) == 0 else { throw .last("connect to", path, remedy: remedy) }
    }

    /// The two ends of a new connection.
    public static func pair() throws(LinuxError) -> (MessageSocket, MessageSocket) {
        var (one, other) = (Int32(-1), Int32(-1))
        guard unsafe clinux_message_pair(&one, &other) == 0 else { throw .last("socketpair", "a pair of sockets") }
        return (MessageSocket(owning: Descriptor(owning: one)), MessageSocket(owning: Descriptor(owning: other)))
    }

    /// Sends one message, with copies of these descriptors; waits while the other end has not read what it got before.
    public func send(_ bytes: [UInt8], with descriptors: [Descriptor] = []) throws(LinuxError) {
        let numbers = descriptors.map(\.number)
        let result = unsafe bytes.withUnsafeBytes { bytes in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                unsafe clinux_message_send(
                    descriptor.number, bytes.baseAddress, bytes.count, numbers.baseAddress, numbers.count)
            }
        }
        // The copies are made by then; before, nobody may close what is sent.
        withExtendedLifetime(descriptors) {}
        guard result == 0 else { throw .last("sendmsg", "a message") }
    }

    /// Has `send` fail (EAGAIN) where the other end has not made room within so many microseconds.
    public func limitSending(microseconds: Int) throws(LinuxError) {
        var limit = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0 else {
            throw .last("setsockopt", "SO_SNDTIMEO")
        }
    }

    /// Waits for the next message, of which so many bytes are taken; `nil` where the other end has gone.
    public func receive(upTo limit: Int) throws(LinuxError) -> ReceivedMessage? {
        var numbers = [Int32](repeating: -1, count: Self.mostDescriptors)
        var (found, cut, count) = (0, Int32(0), 0)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            count = unsafe clinux_message_receive(
                descriptor.number, buffer.baseAddress, limit, &numbers, &found, &cut)
            filled = max(0, count)
        }
        let descriptors = numbers[..<found].map { Descriptor(owning: $0) }
        guard count >= 0 else {
            // What we sent and nobody has read is told so.
            if errno == ECONNRESET { return nil }
            throw .last("recvmsg", "a message")
        }
        // An empty message looks like the end.
        if count == 0, descriptor.isHungUp { return nil }
        return ReceivedMessage(
            bytes: bytes, descriptors: descriptors,
            hasMoreBytes: cut & Int32(CLINUX_CUT_BYTES) != 0,
            lacksDescriptors: cut & Int32(CLINUX_CUT_DESCRIPTORS) != 0)
    }

    /// Whether the other end has gone.
    public var isOver: Bool { descriptor.isHungUp }

    /// Ends the connection, for whoever waits at either end too.
    public func shutDown() { _ = shutdown(descriptor.number, Int32(SHUT_RDWR)) }
}

/// A message as it came.
public struct ReceivedMessage: Sendable {
    /// Its bytes, or the first of them.
    public let bytes: [UInt8]
    /// The descriptors that came with it.
    public let descriptors: [Descriptor]
    /// Whether it had more bytes than were asked for.
    public let hasMoreBytes: Bool
    /// Whether it had more descriptors: more than a message takes, or than this process has room for.
    public let lacksDescriptors: Bool
}
