internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Saying loudly that records are delayed past the journal.
extension TrailCore {
    /// Looks, once a turn of the delivering thread, whether records have begun to wait too long; tells the owner,
    /// then the trail itself.
    func watchDelay() {
        let finding = state.withLock { state in
            state.delay.look(
                since: state.schedule.waitingSince, count: state.schedule.count, now: Clocks.monotonicMicroseconds)
        }
        guard let finding else { return }
        let (tell, record) = state.withLock { state in
            if state.whenDelayed == nil { state.isDelayUntold = true }
            return (state.whenDelayed, delayRecord(finding, state))
        }
        tell?()
        state.withLock { $0.owedDelay = record }
        recordOwed()
    }

    /// Sets who is told; who comes late is told at once.
    func tellDelays(_ body: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.whenDelayed = body
            defer { state.isDelayUntold = false }
            return state.isDelayUntold
        }
        if isLate { body() }
    }

    private func delayRecord(_ finding: DelayWatch.Finding, _ state: borrowing State) -> Record {
        let what =
            switch finding {
            case .waiting(let age): "the first of them for \(age / 1_000_000) s"
            case .filling: "which is half of the ring"
            }
        let cause = state.currentTroubles.first ?? "the journal does not keep up, and nothing else is known"
        var record = Record(
            .recordsDelayed, priority: .warning,
            message: "Records wait for the journal: \(state.schedule.count), \(what): \(cause)")
        record.taint = .lost
        return record
    }
}

extension TrailCore.State {
    /// A sync that takes longer is told, microseconds.
    private static let longestSync: UInt64 = 5_000_000

    /// What does not work now, each a sentence with its remedy; the most urgent first.
    var currentTroubles: [String] {
        var sentences =
            [obstacle?.description].compactMap(\.self) + TrailCore.Trouble.allCases.compactMap { troubles[$0] }
        // The thread that would say so is the one that waits.
        if let synchronizesSince {
            let age = Clocks.monotonicMicroseconds - synchronizesSince
            if age > Self.longestSync {
                sentences.append(
                    "the journal's disk has not answered for \(age / 1_000_000) s; look into the kernel's log for errors of"
                        + " that disk")
            }
        }
        if schedule.unstoredCount > 0 {
            sentences.append(
                "journald takes records and does not store them: \(schedule.unstoredCount); see MaxLevelStore=, Storage="
                    + " and RateLimitBurst= in journald.conf, and whether it hangs")
        }
        return sentences
    }
}
