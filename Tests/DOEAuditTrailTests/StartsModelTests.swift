@testable import DOEAuditTrail
import TestSupport
import Testing

@Suite("Whatever happens to a host, each loss is told and no number is given twice")
struct StartsModelTests {
    @Test("acts at random", arguments: 0..<60 as Range<UInt64>)
    func anything(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<2 {
            let host = try ModelHost(name: "\(seed)-\(round)")
            for _ in 0..<Int.random(in: 4...25, using: &random) {
                // Most of what a host does is exchanges.
                let act = random.once(in: 2) ? random.pick(ModelHost.Act.allCases) : random.pick([.exchange, .deliver])
                try host.perform(act, &random)
            }
        }
    }

    @Test("where nobody meddles it is whole, or says that the power was cut", arguments: 0..<20 as Range<UInt64>)
    func ordinary(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<4 {
            let host = try ModelHost(name: "\(seed)-\(round)")
            let acts: [ModelHost.Act] = [
                .exchange, .begin, .deliver, .handOver, .syncJournal, .stop, .kill, .boot, .cutPower, .backUp,
            ]
            let mayCut = round == 0
            for _ in 0..<25 { try host.perform(random.pick(acts.filter { mayCut || $0 != .cutPower }), &random) }
            #expect(host.starts > 1 && !host.isTampered)
        }
    }

    @Test(
        "the power is cut again and again: no start takes its own ring for an older one",
        arguments: 0..<40 as Range<UInt64>)
    func cuts(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let acts: [ModelHost.Act] = [.exchange, .handOver, .deliver, .syncJournal, .cutPower, .kill]
        for round in 0..<6 {
            let host = try ModelHost(name: "\(seed)-\(round)")
            for _ in 0..<20 { try host.perform(random.pick(acts), &random) }
        }
    }

    @Test("each kind of loss comes up")
    func isNotIdle() throws {
        var random = SeededGenerator(seed: 99)
        let host = try ModelHost(name: "busy")
        for _ in 0..<200 { try host.perform(random.pick(ModelHost.Act.allCases), &random) }
        #expect(host.losses > 10, "\(host.losses) losses in \(host.starts) starts")
    }
}
