import DOELinux
import DOETrace
import DOEWords
import Synchronization

@testable import DOEWitness

/// Processes that do not exist, and two clocks that a test moves.
final class MadeUpProcesses: ProcessTable {
    /// One of them.
    final class Life: ProcessLife {
        private let hasEnded = Mutex(false)

        var isAlive: Bool { !hasEnded.withLock { $0 } }
        func end() { hasEnded.withLock { $0 = true } }
    }

    struct Entry {
        let status: ThreadStatus
        let exe: String
        let life: Life
    }

    private struct State {
        var monotonic: UInt64 = 1_000_000_000
        var asleep: UInt64 = 500_000_000
        var threads: [Int32: Entry] = [:]
        var looks = 0
        var lookUps = 0
        var factsAsked = 0
        var isSilent = false
        var stuck: Int32?
        /// What happens before a look at somebody's facts is over.
        var meanwhile: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var now: (monotonic: UInt64, boottime: UInt64) {
        state.withLock { ($0.monotonic, $0.monotonic + $0.asleep) }
    }
    var looks: Int { state.withLock { $0.looks } }

    func pass(_ microseconds: UInt64) { state.withLock { $0.monotonic += microseconds } }
    func sleep(_ microseconds: UInt64) { state.withLock { $0.asleep += microseconds } }
    func meanwhile(_ body: (@Sendable () -> Void)?) { state.withLock { $0.meanwhile = body } }

    /// A thread that begins now, of its own process unless another is named.
    @discardableResult
    func start(
        _ thread: Int32, of process: Int32? = nil, exe: String = "/usr/bin/setpci", isKernel: Bool = false,
        life: Life = Life()
    ) -> Life {
        state.withLock { state in
            let boottime = state.monotonic + state.asleep
            let status = ThreadStatus(
                process: process ?? thread, isKernel: isKernel,
                started: boottime / ThreadStatus.tick * ThreadStatus.tick, uid: 1_000, groups: [5])
            state.threads[thread] = Entry(status: status, exe: exe, life: life)
        }
        return life
    }

    /// It replaces its program.
    func execute(_ exe: String, by process: Int32) {
        state.withLock { state in
            guard let old = state.threads[process] else { return }
            state.threads[process] = Entry(status: old.status, exe: exe, life: old.life)
        }
    }

    /// It ends, and somebody has waited for it.
    func end(_ thread: Int32) {
        state.withLock { state in
            if state.threads[thread]?.status.process == thread { state.threads[thread]?.life.end() }
            state.threads[thread] = nil
        }
    }

    func status(of thread: Int32) -> ThreadStatus? {
        state.withLock { state in
            state.looks += 1
            return state.threads[thread]?.status
        }
    }

    func hold(_ process: Int32) -> (any ProcessLife)? { state.withLock { $0.threads[process]?.life } }

    func program(of process: Int32) -> Fact<String> {
        state.withLock { $0.threads[process].map { .known($0.exe) } ?? .unknown }
    }

    /// How often somebody asked where a writer stands.
    var lookUps: Int { state.withLock { $0.lookUps } }
    /// How often somebody asked for a process's facts.
    var factsAsked: Int { state.withLock { $0.factsAsked } }

    /// Nobody answers where a writer stands, or somebody does again.
    func fallSilent(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }

    /// Nobody answers for this writer, whoever else is asked about.
    func stick(at thread: Int32) { state.withLock { $0.stuck = thread } }

    func place(of writer: Writer) -> ProcessSource.Place? {
        let isSilent = state.withLock { state in
            state.lookUps += 1
            return state.isSilent || state.stuck == writer.thread
        }
        guard !isSilent else { return nil }
        return ProcessSource.Place(
            group: ControlGroup(path: "/system.slice/\(writer.controlGroup).service"),
            program: writer.program?.names.joined(separator: "/"))
    }

    func facts(of process: Int32) -> Client {
        let client = state.withLock { state in
            state.factsAsked += 1
            return state.threads[process].map { Client(exe: .known($0.exe), unit: .none) } ?? Client()
        }
        state.withLock { $0.meanwhile }?()
        return client
    }
}
