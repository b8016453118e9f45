public import DOELinux

/// Who writes, as the kernel says it at the moment in which he does.
public struct Writer: Hashable, Sendable {
    /// CLOCK_MONOTONIC, nanoseconds.
    public let time: UInt64
    /// The thread, as the kernel numbers it.
    public let thread: Int32
    /// Its process: the number of the first thread.
    public let process: Int32
    /// When the thread was started, CLOCK_BOOTTIME in nanoseconds.
    public let started: UInt64
    /// Effective user id.
    public let uid: UInt32
    /// Effective group id.
    public let gid: UInt32
    /// The login uid that audit set; 2^32 - 1 without a login.
    public let login: UInt32
    /// The audit session; 2^32 - 1 without a login.
    public let session: UInt32
    /// The process that started it, or has taken its place; 0 where there is none.
    public let parent: Int32
    /// What that one calls itself.
    public let parentCommand: String
    /// The number of its control group in the unified hierarchy.
    public let controlGroup: UInt64
    /// The file that it runs; `nil` where its name was too long to be told.
    public let program: HostFiles.File?

    /// Whether it is the same one, at whatever time.
    func isSame(as other: Writer) -> Bool {
        thread == other.thread && process == other.process && started == other.started && uid == other.uid
            && gid == other.gid && login == other.login && session == other.session && parent == other.parent
            && parentCommand == other.parentCommand && controlGroup == other.controlGroup && program == other.program
    }
}
