@testable import DOEAuditTrail
import Testing

@Suite struct DelayWatchTests {
    private var watch = DelayWatch(slotCount: 16, limit: 1000)

    @Test mutating func nothingThatWaitsIsNoDelay() {
        #expect(watch.look(since: nil, count: 0, now: 1_000_000) == nil)
        #expect(watch.look(since: 5, count: 7, now: 1004) == nil)
        #expect(!watch.isDelayed)
    }

    @Test mutating func aRecordThatWaitsTooLongIsToldOnce() {
        #expect(watch.look(since: 5, count: 1, now: 1005) == .waiting(microseconds: 1000))
        for now in 1006..<1100 { #expect(watch.look(since: 5, count: 1, now: UInt64(now)) == nil) }
        #expect(watch.isDelayed)
    }

    @Test mutating func aRingThatIsHalfFullForAWhileIsToldBeforeAnythingIsOld() {
        #expect(watch.look(since: 5, count: 16, now: 6) == nil, "a burst")
        #expect(watch.look(since: 5, count: 7, now: 500) == nil)
        #expect(watch.look(since: 5, count: 8, now: 500) == .filling)
        #expect(watch.look(since: 5, count: 16, now: 5000) == nil)
    }

    @Test mutating func itIsToldAgainOnlyAfterItWasOver() {
        _ = watch.look(since: 0, count: 1, now: 1000)
        // The first was stored, the next has waited for a good while too: not over.
        #expect(watch.look(since: 600, count: 1, now: 1101) == nil)
        #expect(watch.look(since: 600, count: 1, now: 1600) == nil)
        #expect(watch.isDelayed)
        #expect(watch.look(since: 1500, count: 4, now: 1700) == nil)
        #expect(!watch.isDelayed)
        #expect(watch.look(since: 1500, count: 4, now: 2500) == .waiting(microseconds: 1000))
    }

    @Test mutating func aClockThatGivesTheSameTimeTwiceIsNoTrap() {
        #expect(watch.look(since: 10, count: 1, now: 9) == nil)
    }
}
