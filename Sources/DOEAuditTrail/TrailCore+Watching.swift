internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// Seeing to it that ring and shadow stay what they are while the daemon lives. For the delivering thread.
extension TrailCore {
    /// How long it is not looked again, microseconds.
    private static let lookInterval: UInt64 = 1_000_000

    /// Looks, unless it did so a moment ago: where the journal takes nothing, nothing is given up either.
    func lookNowAndThen() {
        let isDue = state.withLock { state in
            let isIdle = state.schedule.isEmpty && state.obstacle == nil
            return !isIdle && Clocks.monotonicMicroseconds >= state.lookedAt + Self.lookInterval
        }
        if isDue { look() }
    }

    /// Looks whether somebody has disturbed the ring, with the slots of these records that are about to be given up, or its
    /// shadow. What was is told, and put back; where that does not work nothing may be opened until it does.
    func look(holding records: [PendingRecord] = []) {
        state.withLock { $0.lookedAt = Clocks.monotonicMicroseconds }
        // Where they cannot be read that is told as soon as they are written.
        let found = progressing.withLock { _ in
            try? ring.disturbance(state.withLock { $0.written }, holding: records)
        }
        mend(ring.path, found ?? nil) { () throws(LinuxError) in
            try using.alone { () throws(LinuxError) in
                let memory = state.withLock { state in
                    RingMemory(progress: state.written, waiting: state.schedule.records, free: Set(state.free))
                }
                return try ring.rewrite(memory) { shadow?.openTicket(slot: $0) }
            }
        }
        guard let shadow else { return }
        mend(shadow.path, (try? shadow.disturbance(slots: records.map(\.slot))) ?? nil) { () throws(LinuxError) in
            try shadow.putBack()
            return (0, nil)
        }
    }

    /// `body` writes the file anew and returns how many records are missing in it, and what is to be let go of afterwards.
    private func mend(
        _ path: String, _ found: Disturbance?, _ body: () throws(LinuxError) -> (missing: Int, former: Descriptor?)
    ) {
        guard let found else { return state.withLock { $0.obstacles[path] = nil } }
        let isNew = state.withLock { $0.obstacles[path] == nil }
        // Before anything is put back: whoever is killed from here on leaves it to the next daemon to tell.
        if isNew { oweDisturbance(path, found) }
        do throws(LinuxError) {
            let (missing, former) = try body()
            state.withLock { $0.obstacles[path] = nil }
            if isNew { tell(path, found, Self.outcome(missing)) }
            withExtendedLifetime(former) {}
        } catch {
            let problem = "\(path) \(found.words) while the daemon used it, and cannot be put back: \(error.problem)"
            let remedy = error.remedy(forWritingIn: Ring.folder(of: path))
            state.withLock { $0.obstacles[path] = TrailError(.file, problem: problem, remedy: remedy) }
            if isNew { tell(path, found, "it cannot be put back, so nothing is opened until it is: \(error.problem)") }
        }
    }

    private static func outcome(_ missing: Int) -> String {
        "it was written anew from what the daemon knows, "
            + (missing > 0
                ? "and lacks what opened the records that are open: \(missing), which are lost where the daemon dies before"
                    + " they are complete" : "and nothing is missing in it")
    }

    private static func sentence(_ path: String, _ found: Disturbance) -> String {
        "\(path) \(found.words) while the daemon used it"
    }

    private func oweDisturbance(_ path: String, _ found: Disturbance) {
        var record = Self.record(.ringDisturbed, Self.sentence(path, found))
        // No number went with it: this accounts for none that is missing.
        record.before = state.withLock { $0.numbering.anchor }
        owe(record)
    }

    private func tell(_ path: String, _ found: Disturbance, _ outcome: String) {
        let begin = Self.sentence(path, found)
        let sentence =
            "\(begin); \(outcome). Find out who did that, and leave the daemon's directories as they are"
        state.withLock { state in
            state.disturbance = sentence
            let place = state.foundLosses.lastIndex { $0.message == begin }
            if let place { state.foundLosses[place].message = sentence }
        }
        announceLoss()
    }
}
