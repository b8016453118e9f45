import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

/// A second, in microseconds.
private let second: UInt64 = 1_000_000

@Suite("Whose turn it is at a mailbox")
struct FairQueueTests {
    @Test("of two who have had the same the one who came first, and each one's own in their order")
    func turns() {
        var queue = FairQueue<String>()
        for number in 1...3 { queue.add("flood \(number)", of: .user(1000)) }
        let first = queue.next()
        #expect(first == "flood 1")
        queue.add("a", of: .user(7))
        queue.add("b", of: .user(7))
        queue.add("c", of: .user(8))
        var rest: [String] = []
        queue.end(after: 1000)
        while let next = queue.next() {
            rest.append(next)
            queue.end(after: 1000)
        }
        #expect(rest == ["a", "c", "flood 2", "b", "flood 3"])
    }

    @Test("one person is one, by whatever uid: behind twenty of his, root waits for the turn under way alone")
    func manyNumbers() {
        var queue = FairQueue<String>()
        for _ in 0..<16 {
            for uid in 100_000..<100_020 as Range<UInt32> {
                let holder = AccountHolder(uid: uid, loginUID: 1000, unit: .known("session-3.scope"))
                queue.add("hog", of: holder)
            }
        }
        _ = queue.next()
        queue.add("root", of: .root)
        queue.add("other", of: .login(2000))
        queue.end(after: second)
        #expect([queue.next(), queue.next(), queue.next()] == ["root", "other", "hog"])
    }

    @Test(
        "a crowd of 256 uids keeps neither root nor a unit waiting for more than the turn under way", arguments: [0, 1])
    func crowd(kind: Int) {
        let holder: AccountHolder = kind == 0 ? .root : .unit("agent.service")
        var queue = FairQueue<AccountHolder>()
        for uid in 1...256 as ClosedRange<UInt32> { for _ in 0..<3 { queue.add(.user(uid), of: .user(uid)) } }
        for _ in 0..<500 {
            let before = queue.next()
            #expect(before != holder)
            queue.add(holder, of: holder)
            queue.end(after: second)
            let next = queue.next()
            #expect(next == holder)
            queue.end(after: second / 100)
        }
    }

    @Test(
        "as long as all wait, root, the units and the others have a third of the time each, and within it all the same")
    func shares() {
        var queue = FairQueue<AccountHolder>()
        var cost: [AccountHolder: UInt64] = [
            .root: second, .unit("a.service"): second / 50, .unit("b.service"): second / 7,
        ]
        for uid in 1...10 as ClosedRange<UInt32> { cost[.user(uid)] = UInt64(uid) * second / 10 }
        for holder in cost.keys { queue.add(holder, of: holder) }
        var had: [AccountHolder: UInt64] = [:]
        while had.values.reduce(0, +) < 3000 * second {
            guard let holder = queue.next() else { break }
            queue.add(holder, of: holder)
            queue.end(after: cost[holder] ?? 0)
            // The price of a turn counts: with it who asks for little at a time has the same.
            had[holder, default: 0] += (cost[holder] ?? 0) + FairQueue<AccountHolder>.turnPrice
        }
        for (holder, time) in had {
            let share =
                switch holder {
                case .root: 1000 * second
                case .unit: 500 * second
                default: 100 * second
                }
            #expect(time + 3 * second > share && time < share + 3 * second, "\(holder): \(time)")
        }
    }

    @Test("two who always have something waiting never differ by more than a turn of each")
    func pairs() {
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let users = (1...4 as ClosedRange<UInt32>).map { AccountHolder.user($0) }
            let most = users.map { _ in generator.pick([100, 5_000, second] as [UInt64]) }
            var had = users.map { _ in 0 as UInt64 }
            var queue = FairQueue<Int>()
            for (place, user) in users.enumerated() { queue.add(place, of: user) }
            for _ in 0..<500 {
                guard let place = queue.next() else { break }
                queue.add(place, of: users[place])
                let cost = UInt64.random(in: 0...most[place], using: &generator)
                queue.end(after: cost)
                had[place] += cost + FairQueue<Int>.turnPrice
                for other in users.indices {
                    let apart = max(had[place], had[other]) - min(had[place], had[other])
                    #expect(apart <= most[place] + most[other] + 2 * FairQueue<Int>.turnPrice, "seed \(seed)")
                }
            }
        }
    }

    @Test(
        "a newcomer waits for the turn under way, for one of each other of his third, and as long for each other third")
    func newcomers() {
        for seed in 0..<60 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var model = Workload(&generator)
            for number in 0..<100 as Range<UInt32> {
                model.run(turns: Int.random(in: 1..<20, using: &generator), &generator)
                let wait = model.waitOfNewcomer(.user(1_000_000 + number), &generator)
                let price = FairQueue<AccountHolder>.turnPrice
                let most = model.longest + price
                let own = UInt64(wait.others) * most
                #expect(wait.time <= most + own + 2 * (own + 2 * most), "seed \(seed), newcomer \(number)")
            }
        }
    }

    @Test("who is refused all the time is not the next one for ever")
    func refusals() {
        var queue = FairQueue<String>()
        queue.add("had a second", of: .user(7))
        queue.add("had a second", of: .user(7))
        queue.add("refused", of: .user(1000))
        #expect(queue.next() == "had a second")
        queue.end(after: second)
        var turns = 0
        while let next = queue.next(), next == "refused" {
            queue.add("refused", of: .user(1000))
            queue.end(after: 0)
            turns += 1
        }
        #expect(turns > 1000 && UInt64(turns) <= second / FairQueue<String>.turnPrice + 1)
    }

    @Test("who had the device for himself for an hour is not behind a newcomer for an hour")
    func noDebtForEver() {
        var queue = FairQueue<Int>()
        for _ in 0...3600 { queue.add(1, of: .user(1)) }
        for _ in 0..<3600 {
            #expect(queue.next() == 1)
            queue.end(after: second)
        }
        _ = queue.next()
        for _ in 0..<3 { queue.add(2, of: .user(2)) }
        queue.add(1, of: .user(1))
        var order: [Int] = []
        queue.end(after: second)
        while let next = queue.next() {
            order.append(next)
            queue.end(after: second)
        }
        #expect(order == [2, 1, 2, 2])
    }

    @Test("once nothing waits, nobody owes anything")
    func rest() {
        var queue = FairQueue<Int>()
        queue.add(1, of: .user(1))
        _ = queue.next()
        queue.end(after: 3600 * second)
        queue.add(1, of: .user(1))
        queue.add(2, of: .user(2))
        #expect(queue.next() == 1)
    }

    @Test("all that wait are taken out while a turn is under way, which is charged all the same")
    func takeAll() {
        var queue = FairQueue<Int>()
        for element in 1...3 { queue.add(element, of: .user(1)) }
        queue.add(4, of: .user(2))
        #expect(queue.next() == 1)
        let rest = queue.takeAll()
        #expect(rest == [4, 2, 3])
        queue.add(5, of: .user(1))
        queue.add(6, of: .user(2))
        queue.end(after: second)
        #expect(queue.next() == 6)
    }

    @Test("what it remembers of those who do not wait has an end")
    func memory() {
        var turns = DeviceTurns<Int>()
        turns.add(-1, order: 0)
        var most = 0
        for key in 0..<10_000 {
            turns.add(key, order: UInt64(key + 1))
            turns.begin(key, again: nil)
            turns.charge(key, UInt64(key % 700) + 1)
            most = max(most, turns.rememberedCount)
        }
        #expect(most == DeviceTurns<Int>.memory)
        #expect(turns.first == -1)
    }
}
