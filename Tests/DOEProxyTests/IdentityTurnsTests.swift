import TestSupport
import Testing

@testable import DOEProxy

@Suite("Whose identity is learned next")
struct IdentityTurnsTests {
    @Test("users take turns, each in the order of his own, and none has more than his threads")
    func turns() {
        let turns = Turns()
        for number in 1...100 as ClosedRange<UInt64> { #expect(turns.add(number, of: 1000)) }
        #expect(turns.add(200, of: 1001) && turns.add(300, of: 0))
        #expect(turns.next() == 1 && turns.next() == 200 && turns.next() == 300)
        #expect(turns.next() == 2)
        // Two of 1000's are under way: the rest waits, and so would a thread that is free.
        #expect(turns.next() == nil)
        #expect(turns.ended(1))
        #expect(turns.next() == 3)
    }

    @Test("who makes threads hang is unknown at once, and only he; as many threads as before serve the others")
    func hanging() {
        let turns = Turns()
        for number in 1...2 as ClosedRange<UInt64> {
            #expect(turns.add(number, of: 1000))
            #expect(turns.next() == number)
            #expect(turns.giveUp(number))
        }
        #expect(!turns.add(3, of: 1000))
        #expect(turns.threadCount - turns.hangingCount == IdentityTurns.threads)
        #expect(turns.add(4, of: 1001) && turns.next() == 4 && turns.ended(4))
        // One comes back: its thread is one too many, and its user may try again.
        #expect(!turns.ended(1))
        #expect(turns.threadCount - turns.hangingCount == IdentityTurns.threads)
        #expect(turns.add(5, of: 1000))
    }

    @Test("one that is late has its turn all the same, or goes on with its own, and its thread is replaced once")
    func late() {
        let turns = Turns()
        for number in 1...3 as ClosedRange<UInt64> { #expect(turns.add(number, of: 1000)) }
        #expect(turns.next() == 1 && turns.next() == 2 && turns.next() == nil)
        #expect(!turns.isLate(3))
        #expect(turns.isLate(1) && !turns.isLate(1) && turns.hangingCount == 1)
        // Nobody wants it any more: it hangs as before.
        #expect(!turns.giveUp(1) && turns.hangingCount == 1)
        #expect(!turns.ended(1) && turns.hangingCount == 0)
        #expect(turns.next() == 3)
    }

    @Test("where too many hang, no thread is added, everybody but root is unknown, and nothing is left over later")
    func tooMany() {
        let turns = Turns()
        var number: UInt64 = 0
        var uid: UInt32 = 1000
        // Two of each user, until nobody is taken any more.
        while turns.hangingCount < IdentityTurns.hanging {
            for _ in 0..<IdentityTurns.perUser {
                number += 1
                #expect(turns.add(number, of: uid) && turns.next() == number && turns.giveUp(number))
            }
            uid += 1
        }
        #expect(!turns.add(1_000, of: 5_000))
        #expect(turns.add(1_001, of: 0) && turns.next() == 1_001)
        #expect(!turns.giveUp(1_001))
        #expect(turns.threadCount == IdentityTurns.threads + IdentityTurns.hanging)
        // All come back: those that were replaced end.
        let goesOn = ([1_001] + (1...number)).count { turns.ended($0) }
        #expect(turns.threadCount == IdentityTurns.threads && turns.hangingCount == 0 && goesOn == 1)
        #expect(turns.add(1_002, of: 5_000) && turns.next() == 1_002)
    }

    @Test("what waits is forgotten when it is given up, and nothing hangs for it")
    func givenUpInTheQueue() {
        let turns = Turns()
        for number in 1...4 as ClosedRange<UInt64> { #expect(turns.add(number, of: 1000)) }
        #expect(turns.next() == 1 && turns.next() == 2)
        #expect(!turns.giveUp(3))
        #expect(turns.hangingCount == 0 && turns.ended(1))
        #expect(turns.next() == 4)
        // Twice, or one that nobody knows: the same as not at all.
        #expect(!turns.giveUp(3) && !turns.giveUp(77) && turns.hangingCount == 0)
    }

    @Test("what is under way and not wanted any more hangs only once it is late")
    func unwanted() {
        let turns = Turns()
        for number in 1...4 as ClosedRange<UInt64> { #expect(turns.add(number, of: 1000)) }
        #expect(turns.next() == 1 && turns.next() == 2)
        #expect(turns.isUnwanted(1) && turns.isUnwanted(2) && !turns.isUnwanted(3))
        // Whoever comes next of the same user is still taken, and has his turn after them.
        #expect(turns.hangingCount == 0 && turns.add(5, of: 1000) && turns.next() == nil)
        #expect(turns.ended(1) && turns.next() == 4)
        #expect(turns.giveUp(2) && turns.hangingCount == 1)
        #expect(!turns.giveUp(1) && turns.hangingCount == 1)
    }

    @Test("in random orders of events no thread is lost, and everybody who is taken has his turn or was given up")
    func randomOrders() {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let turns = Turns()
            var (waiting, running, hung) = (Set<UInt64>(), Set<UInt64>(), Set<UInt64>())
            var number: UInt64 = 0
            for _ in 0..<400 {
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    number += 1
                    if turns.add(number, of: UInt32.random(in: 0..<6, using: &random)) { waiting.insert(number) }
                case 2:
                    guard turns.threadCount - running.count - hung.count > 0, let next = turns.next() else { continue }
                    #expect(waiting.remove(next) != nil)
                    running.insert(next)
                case 3:
                    guard let one = running.union(hung).sorted().randomElement(using: &random) else { continue }
                    _ = turns.ended(one)
                    running.remove(one)
                    hung.remove(one)
                case 4:
                    guard let one = waiting.union(running).sorted().randomElement(using: &random) else { continue }
                    _ = turns.isLate(one)
                    if running.remove(one) != nil { hung.insert(one) }
                default:
                    guard let one = waiting.union(running).sorted().randomElement(using: &random) else { continue }
                    _ = turns.giveUp(one)
                    if running.remove(one) != nil { hung.insert(one) }
                    waiting.remove(one)
                }
                #expect(turns.hangingCount == hung.count)
                let live = turns.threadCount - turns.hangingCount
                #expect(live <= IdentityTurns.threads)
                #expect(turns.threadCount <= IdentityTurns.threads + IdentityTurns.hanging)
                #expect(live >= IdentityTurns.threads || turns.hangingCount > IdentityTurns.hanging)
            }
            // All end: whoever still waits has his turn then.
            while !waiting.isEmpty || !running.isEmpty || !hung.isEmpty {
                for one in running.union(hung) { _ = turns.ended(one) }
                (running, hung) = ([], [])
                while let next = turns.next() {
                    waiting.remove(next)
                    running.insert(next)
                }
                guard !running.isEmpty || waiting.isEmpty else {
                    Issue.record("seed \(seed): \(waiting) wait, and nothing is under way")
                    break
                }
            }
        }
    }
}

/// `#expect` takes no mutating calls.
private final class Turns {
    private var turns = IdentityTurns()

    var threadCount: Int { turns.threadCount }
    var hangingCount: Int { turns.hangingCount }
    func add(_ number: UInt64, of uid: UInt32) -> Bool { turns.add(number, of: uid) }
    func next() -> UInt64? { turns.next() }
    func ended(_ number: UInt64) -> Bool { turns.ended(number) }
    func giveUp(_ number: UInt64) -> Bool { turns.giveUp(number) }
    func isUnwanted(_ number: UInt64) -> Bool { turns.isUnwanted(number) }
    func isLate(_ number: UInt64) -> Bool { turns.isLate(number) }
}
