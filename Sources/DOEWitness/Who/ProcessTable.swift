internal import DOELinux
internal import DOETrace
internal import DOEWords

/// The processes of a host, as a process book asks for them; a test has its own.
protocol ProcessTable: Sendable {
    /// CLOCK_MONOTONIC and CLOCK_BOOTTIME of one moment, microseconds.
    var now: (monotonic: UInt64, boottime: UInt64) { get }
    /// A thread as it is now; `nil` where there is none of that number.
    func status(of thread: Int32) -> ThreadStatus?
    /// Holds the process that has this number now; `nil` where none has.
    func hold(_ process: Int32) -> (any ProcessLife)?
    /// The program of the process that has this number now: what is gone first when it ends.
    func program(of process: Int32) -> Fact<String>
    /// Where somebody stands whom the kernel told of, who may have gone since; `nil` where nobody has answered.
    func place(of writer: Writer) -> ProcessSource.Place?
    /// What procfs and the control groups say of the process that has this number now, without what its status says.
    func facts(of process: Int32) -> Client
}

/// A process that is held, so that its number cannot be mistaken for another one's.
protocol ProcessLife: Sendable {
    /// Whether it still runs.
    var isAlive: Bool { get }
}
