/// Who sent what came through a Unix socket, as the kernel notes it with the bytes (SCM_CREDENTIALS).
public struct MessageSender: Hashable, Sendable {
    /// The process, whichever of its threads it was, by its number in our namespace.
    public let pid: Int32
    /// Its real user id, or another one of its own that it names. Only a privileged sender can name more, or another
    /// process.
    public let uid: UInt32

    /// A sender from its parts.
    public init(pid: Int32, uid: UInt32) {
        self.pid = pid
        self.uid = uid
    }
}
