package import DOELinux

/// Who writes, as the kernel says it at the moment in which he does.
package struct Writer: Hashable, Sendable {
    /// CLOCK_MONOTONIC, nanoseconds.
    package let time: UInt64
    /// The thread, as the kernel numbers it.
    package let thread: Int32
    /// Its process: the number of the first thread.
    package let process: Int32
    /// When the thread was started, CLOCK_BOOTTIME in nanoseconds.
    package let started: UInt64
    /// Effective user id.
    package let uid: UInt32
    /// Effective group id.
    package let gid: UInt32
    /// The login uid that audit set; 2^32 - 1 without a login.
    package let login: UInt32
    /// The audit session; 2^32 - 1 without a login.
    package let session: UInt32
    /// The process that started it, or has taken its place; 0 where there is none.
    package let parent: Int32
    /// What that one calls itself.
    package let parentCommand: String
    /// The number of its control group in the unified hierarchy.
    package let controlGroup: UInt64
    /// The file that it runs; `nil` where its name was too long to be told.
    package let program: HostFiles.File?

    /// Whether it is the same one, at whatever time.
    package func isSame(as other: Writer) -> Bool {
        thread == other.thread && process == other.process && started == other.started && uid == other.uid
            && gid == other.gid && login == other.login && session == other.session && parent == other.parent
            && parentCommand == other.parentCommand && controlGroup == other.controlGroup && program == other.program
    }
}
