internal import DOELinux
internal import DOETrace
internal import DOEWords
internal import Glibc

/// This host's processes.
struct HostProcesses: ProcessTable {
    private let source: ProcessSource

    /// Those there are, as this source tells of them.
    init(by source: ProcessSource) { self.source = source }

    /// The kernel's clocks.
    var now: (monotonic: UInt64, boottime: UInt64) {
        (Clocks.monotonicMicroseconds, Clocks.boottimeMicroseconds)
    }

    /// From procfs.
    func status(of thread: Int32) -> ThreadStatus? { ThreadStatus(of: thread) }

    /// By a pidfd.
    func hold(_ process: Int32) -> (any ProcessLife)? { HeldProcess(of: process) }

    /// From procfs.
    func program(of process: Int32) -> Fact<String> { source.program(process) }

    /// From the host's files, and the control groups.
    func place(of writer: Writer) -> ProcessSource.Place? { source.place(writer.controlGroup, writer.program) }

    /// From procfs and the control groups.
    func facts(of process: Int32) -> Client {
        var client = Client()
        // Of oneself everybody may know all.
        if let facts = process == getpid() ? ProcessFacts(pid: process) : source.facts(process) { client.take(facts) }
        return client
    }
}

extension HeldProcess: ProcessLife {}
