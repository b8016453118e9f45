import DOEAuditTrail
import DOERecord
@testable import DOEReport
import TestSupport
import Testing

/// Random trails, a few records of each removed at every place, and `--since` at every record's time: what lies in
/// that time is not written off.
@Suite("Attacks on a time of a trail") struct WindowAttackTests {
    /// Two minutes, microseconds: how long an exchange may take at most.
    private static let slack: UInt64 = 120_000_000

    @Test(
        "what is not whole from a time on is not called whole when that time is asked for",
        arguments: TrailClock.Setting.allCases)
    func nothingIsWrittenOff(setting: TrailClock.Setting) {
        let isClockSet = setting != .nothing
        var (seen, left) = (0, 0)
        for seed in 70..<95 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let trail = AttackedTrail.random(&random, clock: TrailClock(setting))
            for index in trail.entries.indices {
                for count in 1...3 {
                    guard let (cut, removed) = cut(trail, index, count), isAlarm(cut.verify()) else { continue }
                    // Without the record of a loss, what was lost before is alarm enough.
                    if removed.contains(where: { trail.entries[$0].record.event == .recordsLost }) { continue }
                    for since in times(of: trail) {
                        let isConcerned = removed.contains { index in
                            time(trail, index) >= since
                                && !(isClockSet && isPast(index, of: trail, without: removed, since))
                        }
                        let isAlarmed = isAlarm(cut.verify(since: since))
                        if isConcerned, !isAlarmed {
                            Issue.record("seed \(seed): \(count) at \(index) of \(trail.known), since \(since)")
                            return
                        }
                        if isConcerned { seen += 1 } else if !isAlarmed { left += 1 }
                    }
                }
            }
        }
        #expect(seen > 5000 && left > 1000, "\(seen) told, \(left) of another time")
    }

    @Test("an untouched trail is in order from any time on, and a hole long before it changes nothing")
    func noFalseAlarm() {
        var compared = 0
        for seed in 70..<95 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let trail = AttackedTrail.random(&random, clock: TrailClock(.nothing))
            for since in times(of: trail) {
                let before = trail.verify(since: since)
                // A time without any record is no success.
                let records = trail.entries.map(\.record) + (trail.ring?.closed ?? [])
                let isQuiet = !records.contains { $0.time ?? 0 >= since }
                #expect(isAlarm(before) == isQuiet, "seed \(seed), since \(since): \(before.doubts)")
                for index in trail.entries.indices where isPast(index, of: trail, without: [index], since) {
                    guard let (cut, _) = cut(trail, index, 1) else { continue }
                    #expect(cut.verify(since: since).outcome == before.outcome, "seed \(seed), \(index) since \(since)")
                    compared += 1
                }
            }
        }
        #expect(compared > 1000, "\(compared)")
    }

    /// Without some records that follow each other in one instance.
    private func cut(_ trail: AttackedTrail, _ index: Int, _ count: Int) -> (AttackedTrail, removed: Range<Int>)? {
        let end = index + count
        guard end <= trail.entries.count, trail.place(end - 1).key == trail.place(index).key else { return nil }
        var cut = trail
        cut.entries.removeSubrange(index..<end)
        return (cut, index..<end)
    }

    private func times(of trail: AttackedTrail) -> Set<UInt64> {
        Set(trail.entries.indices.flatMap { [time(trail, $0), time(trail, $0) + 1, time(trail, $0) + Self.slack + 1] })
    }

    private func time(_ trail: AttackedTrail, _ index: Int) -> UInt64 { trail.entries[index].record.time ?? 0 }

    private func isAlarm(_ check: Verification) -> Bool { check.outcome == .broken || check.outcome == .unknown }

    /// Whether a record that is left and got its number after this one did so two minutes before the time at least,
    /// and none that is left before it is of that time: then the clock says that this one is older.
    private func isPast(
        _ index: Int, of trail: AttackedTrail, without removed: some Collection<Int>, _ since: UInt64
    ) -> Bool {
        let machine = trail.place(index).key.machine
        for later in trail.entries.indices where trail.place(later).key.machine == machine && !removed.contains(later) {
            let record = trail.entries[later].record
            if time(trail, later) >= since { return false }
            if later > index, record[.count] == nil, time(trail, later) + Self.slack < since { return true }
        }
        return false
    }
}
