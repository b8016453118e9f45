import Testing

@testable import DOETrace

struct CanaryWatchTests {
    @Test("one that is seen is due again after the interval")
    func seen() {
        var watch = CanaryWatch(at: 1000)
        #expect(watch.isDue(at: 1000) && !watch.isWaiting)
        watch.willRead(at: 1000)
        watch.didRead(at: 1003)
        #expect(!watch.isDue(at: 1000) && watch.isWaiting && watch.nextDeadline == 1003 + CanaryWatch.patience)
        watch.saw(readAt: 1005)
        let isLost = watch.isLost(at: 1003 + CanaryWatch.patience)
        #expect(!isLost && !watch.isWaiting)
        #expect(watch.lastSeen == 1005)
        #expect(watch.nextDeadline == 1000 + CanaryWatch.interval)
        #expect(!watch.isDue(at: 999 + CanaryWatch.interval))
        #expect(watch.isDue(at: 1000 + CanaryWatch.interval))
    }

    @Test("one that is seen before it is said to be made is seen all the same")
    func seenEarly() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 1000)
        watch.saw(readAt: 1001)
        watch.didRead(at: 1001)
        let isLost = watch.isLost(at: .max)
        #expect(!isLost && !watch.isWaiting && watch.lastSeen == 1001)
    }

    @Test("one that is not seen in time is lost, once, and stays unanswered until one is seen")
    func lost() {
        var watch = CanaryWatch(at: 1000)
        watch.willRead(at: 1000)
        watch.didRead(at: 1000)
        var isLost = watch.isLost(at: 999 + CanaryWatch.patience)
        #expect(!isLost && !watch.isUnanswered)
        isLost = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(isLost && watch.isUnanswered)
        isLost = watch.isLost(at: 1000 + 2 * CanaryWatch.patience)
        #expect(!isLost && watch.isUnanswered)
        #expect(watch.isDue(at: 1000 + CanaryWatch.interval))
        // The next try alone proves nothing.
        watch.willRead(at: 1000 + CanaryWatch.interval)
        #expect(watch.isUnanswered && watch.lastSeen == 1000)
        watch.saw(readAt: 1000 + CanaryWatch.interval)
        #expect(!watch.isUnanswered)
    }

    @Test("one of before is no answer to the last try")
    func late() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 1000)
        watch.didRead(at: 1000)
        watch.saw(readAt: 999)
        let isLost = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(isLost && watch.lastSeen == 999)
    }

    @Test("one that a busy processor does not let read is not missed, and the next one is tried in its time")
    func busy() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 1000)
        #expect(watch.nextDeadline == 1000 + CanaryWatch.patience)
        var isLost = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(!isLost && !watch.isUnanswered && watch.isWaiting)
        #expect(watch.nextDeadline == 1000 + CanaryWatch.interval && watch.isDue(at: watch.nextDeadline))
        // Once it has read, it must be seen like any other.
        watch.didRead(at: 5_000_000)
        isLost = watch.isLost(at: 5_000_000 + CanaryWatch.patience)
        #expect(isLost && watch.isUnanswered)
    }

    @Test("what could not be read is not missed, and there is no end of looking for it at once")
    func unreadable() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 10)
        watch.couldNotRead()
        let isLost = watch.isLost(at: .max)
        #expect(!isLost)
        #expect(watch.nextDeadline == 10 + CanaryWatch.interval)
    }

    @Test("what is excused is no longer waited for")
    func excused() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 10)
        watch.didRead(at: 10)
        _ = watch.isLost(at: 10 + CanaryWatch.patience)
        watch.excuse()
        #expect(!watch.isUnanswered && !watch.isWaiting)
    }
}
