internal import DOELinux
internal import DOEWords

/// The ring beside its shadow, from the start to the end.
extension TrailCore {
    /// What the shadow shows of the ring that was found.
    static func look(
        at shadow: RingShadow?, beside content: RingContent, last: RecordNumber?, boot: String
    ) -> ShadowFinding {
        guard let shadow else { return .nothing }
        let progress = content.progress
        // A daemon that kept none has used the ring last: what an earlier one left there is out of date.
        if let progress, progress.boot == boot, !progress.isShadowed { return .nothing }
        switch shadow.read() {
        case .whole(let shadowed):
            var comparison = shadowed.compare(with: content.slots, last: last)
            comparison.isOlder =
                shadowed.isEnded && comparison.isRolledBack && isAnother(content, than: comparison.last)
            return .compared(comparison)
        case .unusable(let reason):
            // After an orderly end everything is on the disk, and in another boot no shadow outlives the power cut:
            // there it takes a new instance, and no alarm.
            guard let progress, progress.boot == boot, !progress.isClean else { return .nothing }
            return .gone(reason)
        }
    }

    /// Whether a ring that does not go as far as this number is another one. What is damaged says nothing; and a daemon
    /// that was killed before it made a shadow of its own has begun an instance that names that number.
    private static func isAnother(_ content: RingContent, than last: RecordNumber) -> Bool {
        guard let progress = content.progress, content.isNumberingCertain, content.lost.isEmpty else { return false }
        return progress.before.map { RecordNumber(instance: $0.instance, sequence: $0.sequence) } != last
    }

    /// Syncs the ring for the last time, in order, and says so in the shadow.
    func endInOrder() throws(LinuxError) {
        try writeProgress(isClean: true)
        try shadow?.end()
    }

    /// Makes the shadow anew, of what the ring holds at the start. From then on the ring's progress tells that there
    /// is one.
    func beginShadow(_ content: RingContent, busy: Set<Int>) throws(LinuxError) {
        guard let shadow else { return }
        let numbering = state.withLock { $0.numbering }
        let entries = content.slots.enumerated().map { slot, found in
            guard busy.contains(slot) else { return ShadowEntry() }
            return switch found {
            case .open(_, let ticket): ShadowEntry(state: .open, ticket: ticket)
            case .closed(_, let ticket): ShadowEntry(state: .closed, ticket: ticket)
            case .free, .finished, .lost, .cutOff: ShadowEntry()
            }
        }
        try shadow.begin(instance: numbering.instance, sequence: numbering.sequence, entries: entries)
        guard !state.withLock({ $0.isShadowed }) else { return }
        state.withLock { $0.isShadowed = true }
        try writeProgress(isClean: false)
    }

    /// Notes a record that the ring holds as it was opened. If this throws, nothing may happen.
    func shadowOpening(slot: Int, ticket: UInt64) throws(LinuxError) {
        try tellShadow { shadow throws(LinuxError) in try shadow.open(slot: slot, ticket: ticket) }
    }

    /// Notes a record that the ring holds complete. A shadow that cannot be written then says less than there is: the
    /// record has its number, and nothing new is opened before it can be.
    func shadowClosing(slot: Int, ticket: UInt64, sequence: UInt64) {
        try? tellShadow { shadow throws(LinuxError) in
            try shadow.close(slot: slot, ticket: ticket, sequence: sequence)
        }
    }

    /// Notes slots that are about to be freed. If this throws they must not be.
    func shadowFreeing(slots: [Int]) throws(LinuxError) {
        try tellShadow { shadow throws(LinuxError) in try shadow.free(slots: slots) }
    }

    private func tellShadow(_ write: (RingShadow) throws(LinuxError) -> Bool) throws(LinuxError) {
        guard let shadow else { return }
        do throws(LinuxError) {
            if try write(shadow) { state.withLock { $0.troubles[.shadowing] = nil } }
        } catch {
            state.withLock { $0.troubles[.shadowing] = "\(TrailError(error))" }
            throw error
        }
    }
}
