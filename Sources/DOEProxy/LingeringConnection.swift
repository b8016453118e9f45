internal import DOELinux

/// A connection that is over, for as long as the other end takes to hear its last frame.
///
/// A socket that is closed while bytes wait in it resets the connection, and the reset may overtake what was sent before:
/// the client then dies of SIGPIPE, or reads an error in the refusal's place. So our side alone is shut, and what still
/// comes is read away: for a second and up to a number of bytes, since who is refused must not cost more than that.
final class LingeringConnection: Endpoint {
    /// For how long, microseconds.
    static let time: UInt64 = 1_000_000
    /// How many bytes: the largest request that users may send by default.
    static let mostBytes = 131_072

    private let stream: ConnectionStream
    private let end: UInt64
    private var bytesLeft = mostBytes

    /// Takes over a connection with what it has still to send.
    init(_ stream: ConnectionStream, at now: UInt64) {
        self.stream = stream
        end = now + Self.time
        _ = finish()
    }

    var descriptor: Descriptor { stream.descriptor }
    var interest: EventPoll.Interest { stream.hasOutgoing ? [.readable, .writable] : .readable }
    var deadline: UInt64? { end }

    func handle(_ what: EventPoll.Interest) -> Bool {
        guard finish() else { return false }
        guard what.contains(.readable) else { return what.isDisjoint(with: [.error, .hangup]) }
        switch stream.read() {
        case .bytes(let bytes): bytesLeft -= bytes.count
        case .nothing: break
        case .end: return false
        }
        return bytesLeft > 0
    }

    func expired() -> Bool { false }

    /// It takes no longer than the server's end does.
    func windUp() -> Bool { true }

    /// Sends what goes, and shuts our side after the last byte; `false` where the other end has gone.
    private func finish() -> Bool {
        guard stream.flush() else { return false }
        return stream.hasOutgoing || stream.endSending()
    }
}
