import DOELinux
import DOEObjects
import DOEPolicy
import DOEWords
import Synchronization
import Testing

@testable import DOEMonitor

@Suite("Rules that come into force while the daemon serves")
struct PolicyReloaderTests {
    private struct UnexpectedAsker: Error {}

    private static func policy(_ text: String, _ generation: UInt64) throws -> Policy {
        try Policy.load(
            files: [RuleFile(path: "50-test.rules", text: text)], kernel: KernelVersion(major: 6, minor: 12),
            resolver: NoAccounts(), generation: generation)
    }

    private static func start(_ house: House) -> PolicyLoad {
        PolicyLoad(after: nil, askedBy: .start) { _ in house.monitor.policy }
    }

    @Test("the next exchange is judged by the new rules, and its record says so")
    func inForce() throws {
        let house = try House()
        let told = Lines()
        let reloader = try PolicyReloader(monitor: house.monitor, first: Self.start(house)) {
            try Self.policy("deny because \"closed\"", $0)
        } tell: { news in
            switch news {
            case .begins: told.add("begins")
            case .ended(let load): told.add("generation \(load.policy.identity.generation)")
            case .unrecorded(let why): told.add(why)
            }
        }
        #expect(try house.ask(.discovery).verdict == .allow)
        let done = BlockingQueue<PolicyLoad>()
        reloader.reload(for: .signal) { _ = done.push($0) }
        let load = try #require(done.take())
        #expect(load.policy === house.monitor.policy && reloader.last.policy === load.policy)
        let reply = try house.ask(.discovery)
        #expect(reply.verdict == .deny && reply.rule == "50-test.rules:1")
        #expect(house.monitor.policy.identity.generation == 2)
        #expect(told.all == ["begins", "generation 2"])
        reloader.close()
        #expect(reloader.join(withinMicroseconds: 60_000_000))
    }

    @Test("loads are made one after the other; signals that wait are one")
    func serial() throws {
        let house = try House()
        let (entered, gate) = (BlockingQueue<UInt64>(), BlockingQueue<Void>())
        let reloader = try PolicyReloader(monitor: house.monitor, first: Self.start(house)) { generation in
            _ = entered.push(generation)
            _ = gate.take()
            return try Self.policy("deny # \(generation)", generation)
        } tell: { _ in
        }
        reloader.reloadAtSignal()
        #expect(entered.take() == 2)
        // While that one is under way: these are one more.
        for _ in 0..<100 { reloader.reloadAtSignal() }
        #expect(reloader.underWay?.waiting == 1)
        reloader.reload(for: .start) { _ in }
        // Who waits can be told for what.
        let reload = try #require(reloader.underWay)
        #expect(reload.step == .reading && reload.waiting == 2)
        guard case .signal = reload.asker else { throw UnexpectedAsker() }
        reloader.close()
        // What takes long holds up nobody.
        #expect(!reloader.join(withinMicroseconds: 1))
        #expect(house.monitor.policy.identity.generation == 1)
        gate.close()
        #expect(reloader.join(withinMicroseconds: 60_000_000))
        #expect(entered.take() == 3 && entered.take() == 4)
        #expect(house.monitor.policy.identity.generation == 4)
        #expect(reloader.underWay == nil)
        entered.close()
        #expect(entered.take() == nil)
    }

    @Test("each rule's decisions are counted, those of the same rules go on, those of others begin anew")
    func hits() throws {
        let house = try House()
        for _ in 0..<3 { _ = try house.ask(.discovery) }
        _ = try house.ask(ObjectID(vendor: 0x10de, type: 1))
        _ = try house.ask(.compliance)
        _ = try house.ask(.spdm, [0x10, 0x84, 0, 0], uid: 7)
        let first = house.monitor.inForce
        func counts(_ hits: RuleHits) -> [UInt64] {
            (0..<3).map { hits[$0] } + [hits.gatekeeper, hits.defaultDeny, hits.unknownFact]
        }
        #expect(counts(first.hits) == [3, 1, 0, 1, 1, 0])
        house.monitor.takeIntoForce(try Self.policy(House.rules, 2))
        _ = try house.ask(.discovery)
        #expect(counts(house.monitor.inForce.hits) == [4, 1, 0, 1, 1, 0])
        #expect(house.monitor.inForce.countedSince == first.countedSince)
        house.monitor.takeIntoForce(try Self.policy("deny exe=/x\nallow\n", 3))
        let other = house.monitor.inForce.hits
        #expect((0..<2).map { other[$0] } + [other.unknownFact] == [0, 0, 0])
        _ = try house.ask(.discovery)
        #expect((0..<2).map { other[$0] } + [other.unknownFact] == [0, 1, 0])
        // What began under the old rules is counted there.
        #expect(counts(first.hits) == [4, 1, 0, 1, 1, 0])
    }

    @Test("many threads count, and none is lost")
    func manyThreads() throws {
        let hits = RuleHits(ruleCount: 1)
        let workers = try (0..<4).map { try SerialWorker(name: "counts \($0)") }
        for worker in workers {
            worker.perform { for _ in 0..<10_000 { hits.count(.defaultDeny) } }
            worker.close()
        }
        for worker in workers { #expect(worker.join(withinMicroseconds: 60_000_000)) }
        #expect(hits.defaultDeny == 40_000 && hits[0] == 0)
    }
}
