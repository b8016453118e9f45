public import DOELinux

/// The other end of a Unix socket's connection, to be named.
public struct Peer: Sendable {
    /// The connection.
    public let connection: Descriptor
    /// What the kernel noted when it was made; `nil` where it noted nothing.
    public let credentials: PeerCredentials?
    /// Its process, held where the kernel gives that with the connection (6.5 and later).
    public let process: HeldProcess?
    /// When it was taken, CLOCK_BOOTTIME in microseconds.
    public let acceptedAt: UInt64
}

/// Who learns who stands at the other end of a connection. The server's loop never does: procfs can make it wait.
public protocol PeerIdentifying: Sendable {
    /// Begins to learn, under a number that is never used again; `answer` is called once, on another thread, unless
    /// the number is given up before. `false` where nothing more can be learned of this user now, and nothing is
    /// begun.
    func identify(
        _ peer: Peer, number: UInt64, answer: @escaping @Sendable (LearnedClient) -> Void
    ) -> Bool

    /// It takes too long: others must not wait for its turn to end. Its answer is still wanted.
    func isLate(_ number: UInt64)

    /// Nobody wants the answer any more, and it is not late; `true` where it may yet be, and then is to be given up.
    func isUnwanted(_ number: UInt64) -> Bool

    /// Nobody wants the answer any more.
    func giveUp(_ number: UInt64)
}

/// Learns who a process is that has this number, and what tells later that it is the same; `nil` where that could not be
/// learned, or it has ended meanwhile.
public typealias ProcessNaming = @Sendable (HeldProcess, _ number: Int32) -> ProcessIdentity?
