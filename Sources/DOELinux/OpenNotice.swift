/// What the kernel told of a file that is watched.
public enum OpenNotice: Sendable {
    /// A process has opened it. The process is held where it had not ended when this was read, and the kernel can do that
    /// (5.15 and later); the number alone may be another process's by now.
    case opened(by: Int32, process: HeldProcess?)
    /// The kernel had more to tell than its queue holds: some were lost.
    case lost
}
