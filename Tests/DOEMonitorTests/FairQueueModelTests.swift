import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("Turns at a mailbox, held against a naive model")
struct FairQueueModelTests {
    /// The same rules over plain lists, with nothing forgotten.
    private struct Naive {
        private var entries: [(element: Int, holder: AccountHolder)] = []
        private var had: [AccountHolder: UInt64] = [:]
        private var thirdsHad: [Int: UInt64] = [:]
        private var since: [AccountHolder: Int] = [:]
        /// Where the last turn of each third began, and under -1 of all.
        private var clocks: [Int: UInt64] = [:]
        private var underWay: AccountHolder?
        private var count = 0

        private func third(_ holder: AccountHolder) -> Int {
            if case .unit = holder { 1 } else { holder == .root ? 0 : 2 }
        }

        mutating func add(_ element: Int, of holder: AccountHolder) {
            let third = third(holder)
            if !entries.contains(where: { self.third($0.holder) == third }) {
                thirdsHad[third] = max(thirdsHad[third] ?? 0, clocks[-1] ?? 0)
            }
            if !entries.contains(where: { $0.holder == holder }) {
                had[holder] = max(had[holder] ?? 0, clocks[third] ?? 0)
                count += 1
                since[holder] = count
            }
            entries.append((element, holder))
        }

        mutating func next() -> Int? {
            let chosen = entries.indices.min { one, other in
                rank(entries[one]).lexicographicallyPrecedes(rank(entries[other]))
            }
            guard let chosen else { return nil }
            let entry = entries.remove(at: chosen)
            clocks[-1] = thirdsHad[third(entry.holder)]
            clocks[third(entry.holder)] = had[entry.holder]
            underWay = entry.holder
            count += 1
            since[entry.holder] = count
            return entry.element
        }

        private func rank(_ entry: (element: Int, holder: AccountHolder)) -> [UInt64] {
            let third = third(entry.holder)
            return [
                thirdsHad[third] ?? 0, UInt64(third), had[entry.holder] ?? 0, UInt64(since[entry.holder] ?? 0),
                UInt64(entry.element),
            ]
        }

        mutating func end(after time: UInt64) {
            guard let holder = underWay else { return }
            underWay = nil
            had[holder, default: 0] += time + FairQueue<Int>.turnPrice
            thirdsHad[third(holder), default: 0] += time + FairQueue<Int>.turnPrice
            if entries.isEmpty { (had, thirdsHad, clocks) = ([:], [:], [:]) }
        }
    }

    private static let holders: [AccountHolder] =
        [.root, .unnamed, .loopback(0), .loopback(7), .login(7), .unit("a.service"), .unit("b@.service")]
        + (1...20).map { .user($0) }

    @Test("the same one is next whatever comes, goes and takes its time")
    func agrees() {
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let holders = Array(Self.holders.shuffled(using: &generator).prefix(generator.pick([1, 2, 5, 27])))
            let busy = generator.pick([2, 3, 6])
            var queue = FairQueue<Int>()
            var naive = Naive()
            var isUnderWay = false
            for element in 0..<600 {
                if !generator.once(in: busy) {
                    let holder = generator.pick(holders)
                    queue.add(element, of: holder)
                    naive.add(element, of: holder)
                }
                guard generator.once(in: 2) else { continue }
                if isUnderWay {
                    let time = generator.pick([0, 1, 50, 1_000, 999_999] as [UInt64])
                    queue.end(after: time)
                    naive.end(after: time)
                    isUnderWay = false
                } else {
                    let (one, other) = (queue.next(), naive.next())
                    #expect(one == other, "seed \(seed), element \(element)")
                    isUnderWay = one != nil
                }
            }
        }
    }
}

/// A mailbox with many holders of all kinds, of whom each always has so many waiting, for as long as it is his habit.
struct Workload {
    private var queue = FairQueue<AccountHolder>()
    private var costs: [AccountHolder: UInt64] = [:]
    private var waiting: [AccountHolder: Int] = [:]

    /// The longest that anybody's turn takes.
    var longest: UInt64 { costs.values.max() ?? 0 }

    init(_ generator: inout SeededGenerator) {
        let holders: [AccountHolder] =
            (generator.once(in: 2) ? [.root] : [])
            + (0..<UInt32(generator.pick([0, 1, 3]))).map { .unit("\($0).service") }
            + (1...UInt32(generator.pick([1, 5, 40]))).map { .user($0) }
        for holder in holders {
            costs[holder] = generator.pick([0, 200, 5_000, 1_000_000])
            for _ in 0..<generator.pick([1, 4]) { add(holder) }
        }
    }

    private mutating func add(_ holder: AccountHolder) {
        queue.add(holder, of: holder)
        waiting[holder, default: 0] += 1
    }

    /// One turn: who had it, and how long it took. He asks again while it is under way, mostly.
    private mutating func turn(_ generator: inout SeededGenerator) -> (AccountHolder, UInt64)? {
        guard let holder = queue.next() else { return nil }
        waiting[holder, default: 0] -= 1
        let cost = costs[holder] ?? 0
        if costs[holder] != nil, !generator.once(in: 10) || waiting.values.allSatisfy({ $0 == 0 }) { add(holder) }
        queue.end(after: cost)
        return (holder, cost + FairQueue<AccountHolder>.turnPrice)
    }

    mutating func run(turns: Int, _ generator: inout SeededGenerator) {
        for _ in 0..<turns { _ = turn(&generator) }
        for holder in costs.keys where waiting[holder] == 0 && generator.once(in: 3) { add(holder) }
    }

    /// One who was never there before asks once, at the start of a turn: how long until his own begins, and how many
    /// others of his third waited then.
    mutating func waitOfNewcomer(
        _ holder: AccountHolder, _ generator: inout SeededGenerator
    ) -> (time: UInt64, others: Int) {
        guard let first = queue.next() else { return (0, 0) }
        waiting[first, default: 0] -= 1
        queue.add(holder, of: holder)
        if costs[first] != nil { add(first) }
        let others = waiting.count { other, count in
            if case .user = other { count > 0 } else { false }
        }
        let cost = costs[first] ?? 0
        queue.end(after: cost)
        var time = cost + FairQueue<AccountHolder>.turnPrice
        while let (next, cost) = turn(&generator), next != holder { time += cost }
        return (time, others)
    }
}
