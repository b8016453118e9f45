@testable import DOEAuditTrail
import TestSupport
import Testing

@Suite struct DeliveryScheduleTests {
    private var schedule = DeliverySchedule(slotCount: 64)

    private func record(_ sequence: UInt64) -> PendingRecord {
        PendingRecord(
            number: RecordNumber(instance: "i", sequence: sequence), time: 1000 + sequence,
            slot: Int(sequence), owner: .host, bytes: Array("record \(sequence)".utf8))
    }

    private func stored(_ sequences: UInt64...) -> [PendingRecord] { sequences.map { record($0) } }

    @Test mutating func withoutRecordsItSleepsForEver() {
        #expect(schedule.nextAction(now: 5) == .sleep(until: nil))
        #expect(schedule.isEmpty)
    }

    @Test mutating func aRecordIsSentReadBackAndItsSlotFreed() {
        schedule.add(record(1), now: 0)
        #expect(schedule.nextAction(now: 0) == .send(record(1)))
        schedule.sent(now: 0)
        #expect(schedule.nextAction(now: 0) == .sleep(until: DeliverySchedule.firstDelay))
        #expect(schedule.nextAction(now: 2000) == .readBack(since: 1001))
        schedule.readBack(stored(1), now: 2000)
        #expect(!schedule.isEmpty, "the slot is not free yet")
        #expect(schedule.nextAction(now: 2000) == .release([record(1)]))
        schedule.released([record(1)], now: 2000)
        #expect(schedule.isEmpty)
        #expect(schedule.nextAction(now: 2000) == .sleep(until: nil))
    }

    @Test mutating func recordsAreSentInTheOrderOfTheirNumbers() {
        for sequence in 1...3 { schedule.add(record(UInt64(sequence)), now: 0) }
        for sequence in 1...3 {
            #expect(schedule.nextAction(now: 0) == .send(record(UInt64(sequence))))
            schedule.sent(now: 0)
        }
        #expect(schedule.unsentCount == 0)
        #expect(schedule.count == 3)
    }

    private func quiet(_ sequence: UInt64) -> PendingRecord {
        PendingRecord(
            number: RecordNumber(instance: "i", sequence: sequence), time: 1000 + sequence,
            slot: Int(sequence), owner: .host, isLoud: false, bytes: Array("record \(sequence)".utf8))
    }

    @Test mutating func quietRecordsGatherForAWhile() {
        let end = 100 + DeliverySchedule.gatherTime
        schedule.add(quiet(1), now: 100)
        schedule.add(quiet(2), now: end - 1)
        #expect(schedule.nextAction(now: end - 1) == .sleep(until: end))
        #expect(schedule.sendingTime == end)
        #expect(schedule.nextAction(now: end) == .send(quiet(1)))
        schedule.sent(now: end)
        #expect(schedule.nextAction(now: end) == .send(quiet(2)))
        schedule.sent(now: end)
        #expect(schedule.sendingTime == nil)
        // The next ones gather anew.
        schedule.add(quiet(3), now: end)
        #expect(schedule.sendingTime == end + DeliverySchedule.gatherTime)
    }

    @Test mutating func aLoudRecordGoesAtOnceAndTakesAllBeforeItAlong() {
        schedule.add(quiet(1), now: 100)
        schedule.add(record(2), now: 101)
        for sequence in [quiet(1), record(2)] {
            #expect(schedule.nextAction(now: 101) == .send(sequence))
            schedule.sent(now: 101)
        }
    }

    @Test mutating func manyQuietRecordsDoNotGatherLonger() {
        for sequence in 1...7 { schedule.add(quiet(UInt64(sequence)), now: 100) }
        #expect(schedule.nextAction(now: 101) == .sleep(until: 100 + DeliverySchedule.gatherTime))
        schedule.add(quiet(8), now: 101)
        #expect(schedule.nextAction(now: 101) == .send(quiet(1)))
    }

    @Test mutating func atTheEndNothingGathers() {
        schedule.add(quiet(1), now: 100)
        schedule.hurry()
        #expect(schedule.nextAction(now: 100) == .send(quiet(1)))
    }

    @Test mutating func whenJournaldTakesNothingTheWaitsDoubleUpToALimit() {
        schedule.add(record(1), now: 0)
        var now: UInt64 = 0
        var waits: [UInt64] = []
        for _ in 0..<14 {
            #expect(schedule.nextAction(now: now) == .send(record(1)))
            schedule.sendingFailed(now: now)
            guard case .sleep(let until?) = schedule.nextAction(now: now) else { Issue.record("no wait"); return }
            waits.append(until - now)
            now = until
        }
        #expect(Array(waits.prefix(4)) == [2000, 4000, 8000, 16000])
        #expect(waits.last == DeliverySchedule.longestSendingDelay)
        schedule.hurry()
        #expect(schedule.nextAction(now: now) == .send(record(1)))
    }

    @Test mutating func aRecordThatJournaldLostIsLookedForAndSentAgainBeforeLaterOnes() {
        schedule.add(record(1), now: 0)
        schedule.sent(now: 0)
        let late = DeliverySchedule.firstResend
        schedule.readBack([], now: 2000)
        schedule.add(record(2), now: 0)
        #expect(schedule.nextAction(now: late) == .lookUp([record(1)]))
        schedule.lookedUp([record(1)], found: [], now: late)
        #expect(schedule.nextAction(now: late) == .send(record(1)))
        schedule.sent(now: late)
        #expect(schedule.nextAction(now: late) == .send(record(2)))
        // The second wait is twice as long.
        schedule.sent(now: late)
        schedule.readBack(stored(2), now: late + 3000)
        #expect(schedule.nextAction(now: late + 2 * DeliverySchedule.firstResend - 1) != .lookUp([record(1)]))
        schedule.released([record(2)], now: late)
        #expect(schedule.nextAction(now: late + 2 * DeliverySchedule.firstResend) == .lookUp([record(1)]))
    }

    @Test mutating func aJournalThatCannotBeReadMakesNothingBeSentAgain() {
        schedule.add(record(1), now: 0)
        schedule.sent(now: 0)
        var now = DeliverySchedule.firstResend
        for _ in 0..<20 {
            #expect(schedule.nextAction(now: now) == .lookUp([record(1)]))
            schedule.readingFailed(now: now)
            guard case .sleep(let until?) = schedule.nextAction(now: now) else { Issue.record("no wait"); return }
            now = until
        }
        #expect(schedule.unsentCount == 0)
        #expect(schedule.count == 1)
    }

    /// The same number and the same chain, as a ring that was put back has it, and another content.
    private func namesake(of record: PendingRecord, slot: Int) -> PendingRecord {
        PendingRecord(
            number: record.number, time: record.time, slot: slot, owner: .host,
            bytes: Array("another one".utf8))
    }

    @Test mutating func anotherRecordOfTheSameNumberAndChainConfirmsNothing() {
        schedule.add(record(1), now: 0)
        schedule.sent(now: 0)
        schedule.readBack([namesake(of: record(1), slot: 1), record(7)], now: 2000)
        #expect(schedule.unsentCount == 0 && schedule.waiting(record(1).number) == [record(1)])
        schedule.readBack(stored(1), now: 4000)
        #expect(schedule.waiting(record(1).number) == [])
    }

    @Test mutating func twoRecordsOfTheSameNumberAreDeliveredEach() {
        let other = namesake(of: record(1), slot: 9)
        schedule.addFound(record(1), now: 0)
        schedule.addFound(other, now: 0)
        #expect(schedule.waiting(record(1).number) == [record(1), other])
        schedule.lookedUp([record(1), other], found: [other], now: 0)
        #expect(schedule.nextAction(now: 0) == .release([other]))
        schedule.released([other], now: 0)
        #expect(schedule.nextAction(now: 0) == .send(record(1)))
    }

    @Test mutating func aSyncThatFailsHasTheRecordsLookedForAgainAndThenSentAgain() {
        for sequence in 1...2 {
            schedule.add(record(UInt64(sequence)), now: 0)
            schedule.sent(now: 0)
        }
        schedule.readBack(stored(1, 2), now: 2000)
        #expect(schedule.nextAction(now: 2000) == .release(stored(1, 2)))
        schedule.synchronizingFailed(now: 2000)
        #expect(schedule.count == 2, "nothing is given up")
        let later = 2000 + DeliverySchedule.releaseInterval
        #expect(schedule.nextAction(now: later) == .lookUp(stored(1, 2)))
        schedule.lookedUp(stored(1, 2), found: stored(2), now: later)
        #expect(schedule.nextAction(now: later) == .release(stored(2)))
        schedule.released(stored(2), now: later)
        #expect(schedule.nextAction(now: later) == .send(record(1)))
    }

    @Test mutating func syncsThatGoOnFailingWaitLongerEachTime() {
        schedule.add(record(1), now: 0)
        schedule.sent(now: 0)
        schedule.readBack(stored(1), now: 0)
        var (now, last): (UInt64, UInt64) = (0, 0)
        var waits: [UInt64] = []
        while waits.count < 8 {
            switch schedule.nextAction(now: now) {
            case .release:
                schedule.synchronizingFailed(now: now)
                waits.append(now - last)
                last = now
            case .lookUp(let records): schedule.lookedUp(records, found: records, now: now)
            case .readBack: schedule.readBack([], now: now)
            case .sleep(let until?): now = until
            default: Issue.record("nothing is to be sent"); return
            }
        }
        let seconds = waits.map { $0 / 1_000_000 }
        #expect(seconds == [0, 1, 2, 4, 8, 16, 32, 60], "\(waits)")
    }

    @Test mutating func whatWasFoundAtTheStartIsLookedForBeforeItIsSent() {
        for sequence in 1...3 { schedule.addFound(record(UInt64(sequence)), now: 0) }
        let all = [record(1), record(2), record(3)]
        #expect(schedule.nextAction(now: 0) == .lookUp(all))
        schedule.lookedUp(all, found: stored(1, 3), now: 0)
        #expect(schedule.nextAction(now: 0) == .release([record(1), record(3)]))
        schedule.released([record(1), record(3)], now: 0)
        #expect(schedule.nextAction(now: 0) == .send(record(2)))
    }

    @Test mutating func slotsAreFreedTogetherUnlessManyWait() {
        for sequence in 1...9 {
            schedule.add(record(UInt64(sequence)), now: 0)
            schedule.sent(now: 0)
        }
        schedule.readBack(stored(1), now: 2000)
        schedule.released([record(1)], now: 2000)
        schedule.readBack(stored(2), now: 2000)
        #expect(schedule.nextAction(now: 2000) == .sleep(until: 4000), "one waits for others")
        schedule.readBack(stored(3, 4, 5, 6, 7, 8, 9), now: 2000)
        guard case .release(let records) = schedule.nextAction(now: 2000) else { Issue.record("not freed"); return }
        #expect(records.count == 8)
    }

    @Test mutating func aSlotThatCannotBeFreedIsTriedAgain() {
        schedule.add(record(1), now: 0)
        schedule.sent(now: 0)
        schedule.readBack(stored(1), now: 2000)
        schedule.releaseFailed(now: 2000)
        #expect(schedule.nextAction(now: 2000) == .sleep(until: 2000 + DeliverySchedule.releaseInterval))
        #expect(schedule.nextAction(now: 2000 + DeliverySchedule.releaseInterval) == .release([record(1)]))
    }

    /// Every record is sent, lost, looked for, sent again and found: what is done for one must not cost more the more
    /// there are, or this test takes hours.
    @Test func theLargestRingPassesThroughInReasonableTime() {
        let count = 65_536
        var schedule = DeliverySchedule(slotCount: count)
        var journal: Set<RecordNumber> = []
        func record(_ slot: Int) -> PendingRecord {
            PendingRecord(
                number: RecordNumber(instance: "i", sequence: UInt64(slot) + 1),
                time: UInt64(slot * 7919 % count), slot: slot, owner: .host, bytes: [])
        }
        for slot in 0..<count / 2 { schedule.addFound(record(slot), now: 0) }
        for slot in count / 2..<count { schedule.add(record(slot), now: 0) }
        var now: UInt64 = 0
        var (freed, sent) = (0, 0)
        var isTold = true
        while !schedule.isEmpty {
            switch schedule.nextAction(now: now) {
            case .send(let record):
                // The first time it is lost.
                if sent >= count { journal.insert(record.number) }
                sent += 1
                schedule.sent(now: now)
            case .readBack:
                schedule.readBack([], now: now)
            case .lookUp(let records):
                schedule.lookedUp(records, found: records.filter { journal.contains($0.number) }, now: now)
            case .release(let records):
                freed += records.count
                schedule.released(records, now: now)
            case .sleep(let until):
                now = until ?? now
            }
            // What the status asks.
            isTold = isTold && (schedule.count == 0 || schedule.oldestTime != nil)
        }
        #expect(freed == count && sent >= count && isTold)
    }

    @Test mutating func whatJournaldTakesAndNeverStoresIsToldAsSuch() {
        schedule.add(record(1), now: 0)
        var now: UInt64 = 0
        var sent = 0
        while schedule.unstoredCount == 0 {
            switch schedule.nextAction(now: now) {
            case .send:
                sent += 1
                schedule.sent(now: now)
            case .lookUp(let records): schedule.lookedUp(records, found: [], now: now)
            case .readBack: schedule.readBack([], now: now)
            case .sleep(let until): now = until ?? now
            case .release: Issue.record("nothing was found")
            }
        }
        #expect(sent == DeliverySchedule.attemptsUntilUnstored)
        #expect(now < 60_000_000)
        // Its settings were mended: the copy that waits to be sent again is not needed after all.
        schedule.readBack(stored(1), now: now)
        #expect(schedule.unstoredCount == 0 && schedule.nextAction(now: now) == .release([record(1)]))
    }

    @Test mutating func theSameRecordInTwoSlotsIsDeliveredOnceAndFreesBoth() {
        schedule.addFound(record(1), now: 0)
        let copy = PendingRecord(
            number: record(1).number, time: 1, slot: 9, owner: .host, bytes: record(1).bytes)
        schedule.addFound(copy, now: 0)
        #expect(schedule.waiting(copy.number) == [record(1)])
        schedule.lookedUp([record(1)], found: stored(1), now: 0)
        #expect(schedule.nextAction(now: 0) == .release([copy, record(1)]))
    }

    /// A journald that loses, delays and refuses at random, and a disk that fails: every record is confirmed once,
    /// none before a sync has worked on what held it.
    @Test func underRandomFaultsEveryRecordArrivesInTheEnd() {
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var schedule = DeliverySchedule(slotCount: 30)
            var journal: Set<PendingRecord> = []
            var freed: [Int] = []
            var now: UInt64 = 0
            var added: UInt64 = 0
            var steps = 0
            while added < 30 || !schedule.isEmpty {
                steps += 1
                guard steps < 100_000 else { Issue.record("seed \(seed) does not end"); return }
                if added < 30, Bool.random(using: &generator) {
                    added += 1
                    schedule.add(record(added), now: now)
                }
                let works = Int.random(in: 0..<3, using: &generator) > 0
                switch schedule.nextAction(now: now) {
                case .send(let record):
                    guard works else { schedule.sendingFailed(now: now); continue }
                    schedule.sent(now: now)
                    if Bool.random(using: &generator) { journal.insert(record) }
                case .readBack:
                    works ? schedule.readBack(Array(journal), now: now) : schedule.readingFailed(now: now)
                case .lookUp(let records):
                    works
                        ? schedule.lookedUp(records, found: records.filter(journal.contains), now: now)
                        : schedule.readingFailed(now: now)
                case .release(let records):
                    guard works else {
                        let isOfTheRing = Bool.random(using: &generator)
                        if !isOfTheRing { journal.subtract(records.filter { _ in Bool.random(using: &generator) }) }
                        isOfTheRing ? schedule.releaseFailed(now: now) : schedule.synchronizingFailed(now: now)
                        continue
                    }
                    #expect(records.allSatisfy(journal.contains), "seed \(seed)")
                    freed += records.map(\.slot)
                    schedule.released(records, now: now)
                case .sleep(let until):
                    #expect(until != nil || schedule.isEmpty, "seed \(seed) sleeps with work to do")
                    now = max(now, until ?? now)
                }
                now += 10
            }
            #expect(freed.sorted() == Array(1...30), "seed \(seed)")
        }
    }
}
