public import DOELinux
public import DOEWords

/// This host's processes.
public struct HostProcesses: ProcessTable {
    /// Those there are.
    public init() {}

    /// The kernel's clocks.
    public var now: (monotonic: UInt64, boottime: UInt64) {
        (Clocks.monotonicMicroseconds, Clocks.boottimeMicroseconds)
    }

    /// From procfs.
    public func status(of thread: Int32) -> ThreadStatus? { ThreadStatus(of: thread) }

    /// By a pidfd.
    public func hold(_ process: Int32) -> (any ProcessLife)? { HeldProcess(of: process) }

    /// From procfs.
    public func program(of process: Int32) -> Fact<String> { ProcessFacts.program(of: process) }

    /// From procfs and the control groups.
    public func facts(of process: Int32) -> Client {
        var client = Client()
        client.take(ProcessFacts(pid: process))
        return client
    }
}

extension HeldProcess: ProcessLife {}
