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

    /// From what the kernel said, the host's files, and the control groups.
    func client(of writer: Writer) -> Client {
        let place = source.place(writer.controlGroup, writer.program)
        return Client(
            via: .none, pid: .known(writer.process), uid: .known(writer.uid), groups: .unknown,
            loginUID: writer.login == .max ? .none : .known(writer.login),
            session: writer.session == .max ? .none : .known(writer.session),
            exe: place.program.map { .known($0) } ?? .unknown,
            unit: place.group?.unit ?? .unknown, container: place.group?.container ?? .unknown,
            parent: writer.parent > 0 ? .known("\(writer.parent) \(writer.parentCommand)") : .none)
    }

    /// From procfs and the control groups.
    func facts(of process: Int32) -> Client {
        var client = Client()
        // Of oneself everybody may know all.
        if let facts = process == getpid() ? ProcessFacts(pid: process) : source.facts(process) { client.take(facts) }
        return client
    }
}

extension HeldProcess: ProcessLife {}
