import DOELinux
import DOETrace
import DOEWords
import Glibc
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEBroker

@Suite("The witness' arms in the broker's hands")
struct BrokerArmoryTests {
    private let folder = TemporaryDirectory()
    private let arms = MadeUpArms()
    private let client: BrokerClient
    private let socket: MessageSocket

    init() throws {
        let (ours, its) = try MessageSocket.pair()
        let host = PCIHost(sysfsRoot: folder.path)
        let arms = arms
        let armory = BrokerArmory(host: host) { () throws(Obstacle) in
            arms.made.withLock { $0 += 1 }
            return arms
        }
        let runner = try BrokerRunner(
            socket: its, service: BrokerService(leave: []), errands: try BrokerErrands(host: host, armory: armory),
            say: { _ in })
        socket = ours
        client = try BrokerClient(socket: ours)
        try WorkerThread(name: "test-broker") { try? runner.run() }.detach()
    }

    private func function(_ address: String, _ mailbox: UInt16 = 0x190) throws -> WatchedFunction {
        WatchedFunction(address: try #require(FunctionAddress(address)), mailboxes: [mailbox])
    }

    @Test("what is watched are functions that the broker has found a mailbox in, where it has found it")
    func ownEyes() throws {
        try folder.add("0000:0d:00.0", hasMailbox: true)
        try folder.add("0000:0e:00.0", hasMailbox: false)
        // The daemon says that it is elsewhere, that another one has one, and that a third is there.
        let asked = try [function("0000:0d:00.0", 0x100), function("0000:0e:00.0"), function("0000:7f:00.0")]
        let armed = try client.arm(asked)
        #expect(arms.watched == [try function("0000:0d:00.0")] && armed.report.watched == arms.watched)
        #expect(
            armed.report.unwatched.map(\.problem).sorted() == [
                "0000:0e:00.0 is not watched: it has no mailbox",
                "0000:7f:00.0 is not watched: there is no such function",
            ])
        // Each processor's two files, the rings and the counts.
        #expect(arms.orders == ["watch", "files 0", "files 1", "files 2", "files 3"])
        try folder.add("0000:0f:00.0", hasMailbox: true)
        let all = try (0..<200).map { try function("0000:\(String($0, radix: 16).leftPadded):00.0") }
        #expect(try armed.arms.watch(all).watched == [function("0000:0d:00.0"), function("0000:0f:00.0")])
        #expect(try armed.arms.watch([]).watched.isEmpty)
    }

    @Test("what it is told to do it does, in order, and the end of a canary is waited for by nobody")
    func orders() throws {
        let armed = try client.arm([])
        let bridge = try #require(FunctionAddress("0000:00:00.0"))
        try armed.arms.beginCanary(at: bridge, readBy: 4711)
        armed.arms.endCanary()
        _ = try armed.arms.check()
        try armed.arms.disarm()
        #expect(arms.orders.suffix(4) == ["canary 0000:00:00.0 4711", "end", "check", "disarm"])
        // Nothing is armed any more.
        let refused = #expect(throws: Obstacle.self) { try armed.arms.check() }
        #expect(refused?.problem == "nothing is armed")
        #expect(throws: Obstacle.self) { try armed.arms.beginCanary(at: bridge, readBy: 1) }
    }

    @Test("who arms ten thousand times arms eight times, and each time what was before is taken away")
    func flood() throws {
        var counts: [String: Int] = [:]
        let began = Clocks.monotonicMicroseconds
        for _ in 0..<10_000 {
            let word: String
            switch try client.ask(.arms(.arm), withinMicroseconds: 10_000_000) {
            case .file: word = "armed"
            case .no(let error): word = "\(error.reason)"
            default: word = "?"
            }
            counts[word, default: 0] += 1
        }
        // One more every ten seconds, on a machine that is busy.
        let more = Int((Clocks.monotonicMicroseconds - began) / 10_000_000)
        let armed = counts["armed"] ?? 0
        #expect((8...8 + more).contains(armed) && counts["tooMany"] == 10_000 - armed, "\(counts)")
        #expect(arms.made.withLock { $0 } == armed)
        #expect(arms.orders.filter { $0 == "disarm" }.count == armed - 1)
    }

    @Test("a host has so many functions at most, and a file of the trace its number")
    func bounds() throws {
        let address = try #require(FunctionAddress("0000:0d:00.0"))
        let many = ArmsRequest.functions(Array(repeating: address, count: 64), areFirst: false)
        var done = 0
        for _ in 0..<300 {
            guard case .done = try client.ask(.arms(many), withinMicroseconds: 10_000_000) else { break }
            done += 1
        }
        #expect(done == ArmsRequest.mostNamed / 64)
        guard case .no(let error) = try client.ask(.arms(.files(0)), withinMicroseconds: 1_000_000) else {
            Issue.record("files of what is not armed")
            return
        }
        #expect(error.problem == "nothing is armed")
        _ = try client.arm([])
        for pair in [4, 1_000, UInt32.max] {
            guard case .no = try client.ask(.arms(.files(pair)), withinMicroseconds: 1_000_000) else {
                Issue.record("pair \(pair)")
                return
            }
        }
    }

    @Test("where a writer stands comes by the kernel's numbers: that there is none is an answer, too")
    func writers() throws {
        let questions = WitnessQuestions(client)
        // No such file system, no such group.
        let file = HostFiles.File(names: ["bin", "sh"], device: 0, inode: 1)
        guard let nobody = questions.place(of: .max, file) else {
            Issue.record("no answer")
            return
        }
        #expect(nobody.group == nil && nobody.program == nil)
    }

    @Test("a broker that is late is not asked again at once, whatever for, and is after a while")
    func lateAnswers() throws {
        let (ours, its) = try MessageSocket.pair()
        let silent = WitnessQuestions(try BrokerClient(socket: ours))
        func isAnswered() -> Bool { silent.place(of: 1, nil) != nil || silent.facts(of: getpid()) != nil }
        let began = Clocks.monotonicMicroseconds
        for _ in 0..<100 { #expect(!isAnswered()) }
        // One question and its limit, or two on a machine that is busy: not two hundred, of 200 ms each.
        #expect(Clocks.monotonicMicroseconds - began < 5_000_000)
        usleep(1_100_000)
        let again = Clocks.monotonicMicroseconds
        #expect(!isAnswered())
        #expect(Clocks.monotonicMicroseconds - again >= 200_000)
        withExtendedLifetime(its) {}
    }
}

extension String {
    fileprivate var leftPadded: String { count < 2 ? "0" + self : self }
}
