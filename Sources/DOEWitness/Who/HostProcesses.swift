internal import DOELinux
internal import DOETrace
internal import DOEWords

/// This host's processes.
struct HostProcesses: ProcessTable {
    private let files = HostFiles()

    /// Those there are.
    init() {}

    /// The kernel's clocks.
    var now: (monotonic: UInt64, boottime: UInt64) {
        (Clocks.monotonicMicroseconds, Clocks.boottimeMicroseconds)
    }

    /// From procfs.
    func status(of thread: Int32) -> ThreadStatus? { ThreadStatus(of: thread) }

    /// By a pidfd.
    func hold(_ process: Int32) -> (any ProcessLife)? { HeldProcess(of: process) }

    /// From procfs.
    func program(of process: Int32) -> Fact<String> { ProcessFacts.program(of: process) }

    /// From what the kernel said, the host's files, and the control groups.
    func client(of writer: Writer) -> Client {
        let group = ControlGroup(number: writer.controlGroup)
        return Client(
            via: .none, pid: .known(writer.process), uid: .known(writer.uid), groups: .unknown,
            loginUID: writer.login == .max ? .none : .known(writer.login),
            session: writer.session == .max ? .none : .known(writer.session),
            exe: writer.program.flatMap(files.path).map { .known($0) } ?? .unknown,
            unit: group?.unit ?? .unknown, container: group?.container ?? .unknown,
            parent: writer.parent > 0 ? .known("\(writer.parent) \(writer.parentCommand)") : .none)
    }

    /// From procfs and the control groups.
    func facts(of process: Int32) -> Client {
        var client = Client()
        client.take(ProcessFacts(pid: process))
        return client
    }
}

extension HeldProcess: ProcessLife {}
