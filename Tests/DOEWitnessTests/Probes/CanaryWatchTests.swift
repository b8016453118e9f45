import Testing

@testable import DOEWitness

struct CanaryWatchTests {
    @Test("one that is seen is due again after the interval")
    func seen() {
        var watch = CanaryWatch(at: 1000)
        #expect(watch.isDue(at: 1000))
        watch.willRead(at: 1000)
        #expect(!watch.isDue(at: 1000) && watch.nextDeadline == 1000 + CanaryWatch.patience)
        watch.saw(readAt: 1005)
        let isLost1 = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(!isLost1)
        #expect(watch.lastSeen == 1005)
        #expect(watch.nextDeadline == 1000 + CanaryWatch.interval)
        #expect(!watch.isDue(at: 999 + CanaryWatch.interval))
        #expect(watch.isDue(at: 1000 + CanaryWatch.interval))
    }

    @Test("one that is not seen in time is lost, once, and tried again after the interval")
    func lost() {
        var watch = CanaryWatch(at: 1000)
        watch.willRead(at: 1000)
        let isLost2 = watch.isLost(at: 999 + CanaryWatch.patience)
        #expect(!isLost2)
        let isLost3 = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(isLost3)
        let isLost4 = watch.isLost(at: 1000 + 2 * CanaryWatch.patience)
        #expect(!isLost4)
        #expect(watch.lastSeen == 1000)
        #expect(watch.isDue(at: 1000 + CanaryWatch.interval))
    }

    @Test("one of before is no answer to the last try")
    func late() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 1000)
        watch.saw(readAt: 999)
        let isLost5 = watch.isLost(at: 1000 + CanaryWatch.patience)
        #expect(isLost5)
        #expect(watch.lastSeen == 999)
    }

    @Test("what could not be read is not missed, and there is no end of looking for it at once")
    func unreadable() {
        var watch = CanaryWatch(at: 0)
        watch.willRead(at: 10)
        watch.couldNotRead()
        let isLost6 = watch.isLost(at: .max)
        #expect(!isLost6)
        #expect(watch.nextDeadline == 10 + CanaryWatch.interval)
    }
}
