import DOELinux
import DOEWords
import Glibc
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEBroker

@Suite("Daemon and broker, talking")
struct BrokerRunnerTests {
    private let client: BrokerClient
    private let runner: BrokerRunner
    private let thread: WorkerThread

    init() throws {
        let (ours, its) = try MessageSocket.pair()
        let runner = try BrokerRunner(
            socket: its, service: BrokerService(leave: []), errands: try BrokerErrands(host: PCIHost()),
            say: { _ in })
        self.runner = runner
        client = try BrokerClient(socket: ours)
        thread = try WorkerThread(name: "test-broker") { try? runner.run() }
    }

    private func end() {
        client.close()
        thread.join()
    }

    @Test("every kind of request has its threads")
    func kinds() {
        for kind in BrokerRequest.Kind.allCases { #expect(runner.hasThreads(for: kind), "\(kind)") }
        end()
    }

    @Test("what is asked by many threads at once, each gets the answer to")
    func many() throws {
        let wrong = Mutex(0)
        let names = [("root", UInt32?.some(0)), ("nobody-of-that-name", nil)]
        let child = try SpawnedChild("/bin/cat")
        defer { child.end() }
        let held = try #require(HeldProcess(of: child.pid))
        let (client, pid) = (client, child.pid)
        let threads = try (0..<8).map { index in
            try WorkerThread(name: "test-\(index)") {
                for turn in 0..<50 {
                    let (name, id) = names[(turn + index) % 2]
                    if (try? client.user(named: name)) != .some(id) { wrong.withLock { $0 += 1 } }
                    // On a busy machine one can come too late, and then there is none.
                    if turn % 10 == 0, let found = client.identity(of: held), found.number != pid {
                        wrong.withLock { $0 += 1 }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(wrong.withLock { $0 } == 0 && runner.refusals == 0)
        end()
    }

    @Test("who a process is comes as the process itself would learn it, and only under the number that was meant")
    func identity() throws {
        let child = try SpawnedChild("/bin/cat")
        let held = try #require(HeldProcess(of: child.pid))
        let identity = try #require(client.processIdentity(of: held, number: child.pid))
        #expect(identity.facts == ProcessFacts(pid: child.pid))
        #expect(client.processIdentity(of: held, number: child.pid + 1) == nil)
        let isStillRun = try #require(identity.isStillRun)
        #expect(isStillRun())
        child.end()
        #expect(!isStillRun())
        #expect(client.processIdentity(of: held, number: child.pid) == nil)
        end()
    }

    @Test("what the broker may not do is an error that says why")
    func refused() throws {
        let error = #expect(throws: LinuxError.self) { try client.taintKernel() }
        #expect(error?.problem.contains("without leave to set the kernel's taint") == true)
        #expect(error?.remedy?.contains("kernel-taint") == true)
        end()
    }

    @Test("a broker that has gone is an error that says so, for whoever waits and whoever asks later")
    func gone() throws {
        end()
        #expect(eventually { client.trouble != nil })
        #expect(throws: BrokerSilence.gone) { try client.ask(.kernelLog, withinMicroseconds: 1_000_000) }
        let error = #expect(throws: LinuxError.self) { try client.user(named: "root") }
        #expect(error?.problem.contains("has gone") == true && error?.remedy?.contains("restart doe-auditd") == true)
        #expect(client.takeDeparture() == .gone)
    }

    @Test("the first answer tells the broker's version, and one that is not the daemon's is an error that says both")
    func version() throws {
        let (ours, its) = try MessageSocket.pair()
        func answer(_ bytes: [UInt8]) throws -> BrokerSilence? {
            try its.send(bytes)
            defer { _ = try? its.receive(upTo: 4096) }
            do throws(BrokerSilence) {
                try ours.demandFirstAnswer()
                return nil
            } catch {
                return error
            }
        }
        let kind = BrokerRequest.Kind.version.rawValue
        #expect(try answer(BrokerAnswer.version(ProductVersion.current).bytes(kind: kind, number: 0)) == nil)
        let other = try answer(BrokerAnswer.version("0.0.1").bytes(kind: kind, number: 0))
        #expect(other == .ofOtherVersion("0.0.1"))
        #expect(other?.problem == "the broker is of version 0.0.1, and the daemon of \(ProductVersion.current)")
        #expect(other?.remedy?.contains("systemctl restart doe-audit-broker") == true)
        // As one answers that does not know the question.
        let unknown = BrokerError(.malformed, "no request has the kind \(kind)")
        #expect(try answer(BrokerAnswer.no(unknown).bytes(kind: 0, number: 0)) == .unreadable)
    }

    @Test("a broker that answers is of this version")
    func ownVersion() throws {
        guard case .version(let version) = try client.ask(.version, withinMicroseconds: 10_000_000) else {
            Issue.record("no version")
            return
        }
        #expect(version == ProductVersion.current)
        end()
    }

    @Test("a broker that does not answer holds nobody longer than he says, and is told of until it does")
    func late() throws {
        let (ours, its) = try MessageSocket.pair()
        let client = try BrokerClient(socket: ours)
        #expect(throws: BrokerSilence.late) { try client.ask(.kernelTaint, withinMicroseconds: 10_000) }
        #expect(client.trouble?.contains("does not answer in time") == true)
        let first = try #require(try its.receive(upTo: 4096))
        guard case .request(.kernelTaint, let number) = BrokerRequest.read(first.bytes) else {
            Issue.record("no request")
            return
        }
        let thread = try WorkerThread(name: "test-broker") {
            guard let next = try? its.receive(upTo: 4096) else { return }
            // Too late for the first, whose number nobody waits for any more; garbage; and what was asked.
            try? its.send(BrokerAnswer.done.bytes(kind: 6, number: number))
            try? its.send([1, 2, 3])
            guard case .request(_, let number) = BrokerRequest.read(next.bytes) else { return }
            try? its.send(BrokerAnswer.account(7).bytes(kind: 3, number: number))
        }
        #expect(try client.user(named: "x") == 7)
        thread.join()
        #expect(client.trouble == nil)
        client.close()
        end()
    }
}
