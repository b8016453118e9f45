import DOETrace
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@testable import DOEWitness

struct SightKeeperTests {
    private static let off = Obstacle("tracing was switched off")
    private static let removed = Obstacle("a probe was removed")

    private func finding(
        _ obstacle: Obstacle, _ extent: ProbeFinding.Extent = .blind, isMended: Bool = false, since: UInt64 = 50
    ) -> (finding: ProbeFinding, since: UInt64) {
        (ProbeFinding(obstacle: obstacle, extent: extent, isMended: isMended, unseenSince: 0), since)
    }

    private func seeing() -> SightKeeper {
        var keeper = SightKeeper(startsAt: 5)
        _ = keeper.begins(at: 10, unseenSince: 1, .boot)
        return keeper
    }

    @Test("it is blind until it begins, and never says that it saw before")
    func beginning() {
        var keeper = SightKeeper(startsAt: 5)
        #expect(keeper.blindness != nil && keeper.since == 5)
        #expect(
            keeper.begins(at: 10, unseenSince: 1, .boot)
                == [.sees(unseenSince: 1, .boot)])
        #expect(keeper.blindness == nil && keeper.since == 10)
    }

    @Test("a start that fails is told once, however often it is tried")
    func failingStart() {
        var keeper = SightKeeper(startsAt: 5)
        #expect(keeper.isBlind(Self.off, since: 6, isStart: true) == [.blind(Self.off)])
        #expect(keeper.isBlind(Self.off, since: 66, isStart: false) == [])
        #expect(keeper.since == 6 && keeper.blindness == Self.off)
        #expect(
            keeper.begins(at: 70, unseenSince: 1, .boot)
                == [.sees(unseenSince: 1, .boot)])
    }

    @Test("what cannot be mended is told once, with the time up to which all was right, and its end is told")
    func lasting() {
        var keeper = seeing()
        #expect(keeper.checked([finding(Self.off)], at: 80) == [.blind(Self.off)])
        #expect(keeper.blindness == Self.off && keeper.since == 50)
        #expect(keeper.checked([finding(Self.off, since: 50)], at: 110) == [])
        #expect(keeper.since == 50)
        #expect(keeper.checked([], at: 140) == [.sees(unseenSince: 50, .gap)])
        #expect(keeper.blindness == nil && keeper.since == 140)
        #expect(keeper.checked([], at: 170) == [])
    }

    @Test("what was put right at once is a time without sight all the same, and each is named")
    func mended() {
        var keeper = seeing()
        let both = Obstacle("tracing was switched off; a probe was removed")
        #expect(
            keeper.checked(
                [finding(Self.off, isMended: true), finding(Self.removed, isMended: true, since: 40)], at: 80)
                == [.blind(both), .sees(unseenSince: 40, .gap)])
        #expect(keeper.blindness == nil && keeper.since == 80)
    }

    @Test("of several what is not put right comes first, and of that what takes all sight")
    func worst() {
        var keeper = seeing()
        let partly = finding(Self.removed, .partly([.read32]))
        #expect(
            keeper.checked([partly, finding(Self.off)], at: 80)
                == [.blind(Obstacle("tracing was switched off; a probe was removed"))])
        var other = seeing()
        #expect(
            other.checked([partly, finding(Self.off, isMended: true)], at: 80)
                == [.blind(Obstacle("a probe was removed; tracing was switched off"))])
        #expect(other.blindness != nil)
    }

    @Test("of very many six are named, and how many more there were")
    func many() {
        var keeper = seeing()
        let many = (1...9).map { finding(Obstacle("\($0)"), isMended: true) }
        #expect(keeper.checked(many, at: 80).first == .blind(Obstacle("1; 2; 3; 4; 5; 6; and 3 more")))
    }

    @Test("what was lost is told and counted, nothing lost is not")
    func losses() {
        var keeper = seeing()
        #expect(keeper.lost(0, in: "a buffer") == [])
        #expect(keeper.lost(3, in: "a buffer") == [.missed(count: 3, place: "a buffer")])
        #expect(keeper.lost(4, in: "a probe") == [.missed(count: 4, place: "a probe")])
        #expect(keeper.missed == 7 && keeper.blindness == nil)
    }

    @Test("what is shown beside it is when nobody had looked before it began to see")
    func unseenSince() {
        var keeper = SightKeeper(startsAt: 5)
        #expect(keeper.unseenSince == nil)
        _ = keeper.begins(at: 10, unseenSince: 1, .restart(microseconds: 9))
        #expect(keeper.unseenSince == 1 && keeper.since == 10)
        _ = keeper.checked([finding(Self.off)], at: 80)
        _ = keeper.checked([], at: 140)
        #expect(keeper.unseenSince == 50 && keeper.since == 140)
    }
}
