internal import DOERecord
internal import DOEWords

/// The record of a loss that the ring itself shows at the start.
extension TrailCore {
    /// `nil` where nothing is lost. The record names the last one that is known of before: a check takes it as the
    /// reason for what that instance has lost at its end, and for nothing else.
    static func lossRecord(
        _ recovery: TrailRecovery, _ finding: ShadowFinding, after before: RecordAnchor?
    ) -> Record? {
        var record = lossRecord(recovery, finding)
        record?.before = before
        return record
    }

    private static func lossRecord(_ recovery: TrailRecovery, _ finding: ShadowFinding) -> Record? {
        let what = (recovery.lost + recovery.repaired).joined(separator: "; ")
        let last = finding.comparison.map { "; the last number given was \($0.last)" } ?? ""
        switch recovery.continuity {
        case .ringAbsent:
            return record(
                .ringAbsent,
                "There is no ring any more in a state directory that was in use: what waited in it for the journal is lost,"
                    + (what.isEmpty ? " and nobody knows how much" : " \(what)") + last
                    + ". See 'doe-audit report --verify' for what the journal holds",
                count: finding.comparison?.lost)
        case .continued, .newRing, .succeeded, .otherMachine:
            return recovery.lost.isEmpty ? nil : record(.ringDamaged, damage(what))
        case .damaged:
            return record(.ringDamaged, damage(what), count: finding.comparison?.lost)
        case .powerCut where recovery.lost.isEmpty:
            return record(
                .powerCut, "The machine went down without an orderly end: the last records before it may be lost")
        case .powerCut: return record(.ringDamaged, damage(what))
        case .rolledBack where finding.comparison?.isOlder == true:
            return record(
                .ringRolledBack,
                "An older ring was put in the place of the one that the daemon before left when it ended in order:"
                    + " \(what)\(last). See 'doe-audit report --verify' for what the journal holds, and compare with a copy"
                    + " of it kept elsewhere",
                count: finding.comparison?.lost)
        case .rolledBack:
            // Numbers alone that went back are of records that the journal was seen to hold.
            guard !recovery.lost.isEmpty else { return nil }
            return record(
                .ringRolledBack,
                "The ring has gone back to an earlier state while the machine ran on, as after an error of its file"
                    + " system: \(what)\(last). See the kernel's log for errors of that disk, and 'doe-audit"
                    + " report --verify' for what the journal holds",
                count: finding.comparison?.lost)
        case .unproven:
            return record(
                .ringUnproven,
                "It cannot be shown that the ring holds every record: the daemon before did not end in order, and"
                    + " \(what). Leave the runtime directory as it is while the daemon runs or is restarted")
        }
    }

    private static func damage(_ what: String) -> String { "The ring was damaged and records may be lost: \(what)" }

    /// What the daemon before has found and could not record; `found` is what this one finds itself, `waiting` what stands
    /// complete in the ring.
    static func owedRecords(
        _ progress: RingProgress?, besides found: Record?, waiting: [PendingRecord]
    ) -> [Record] {
        guard let progress, progress.owesLoss else { return [] }
        // One of before the kinds stood there.
        let kinds = progress.owed.kinds.isEmpty ? [.ringDamaged] : progress.owed.kinds
        let told = recordedLosses(since: progress, in: waiting).union([found?[.status]].compactMap(\.self))
        return kinds.sorted { $0.rawValue < $1.rawValue }.filter { !told.contains($0.word) }.map { kind in
            var record = record(
                kind, "The daemon before found a loss and was ended before it could record it: \(kind.word)",
                count: Int(clamping: progress.owed.count))
            record.before = progress.owed.isWithin ? progress.lastAnchor : progress.before
            return record
        }
    }

    /// What is on record of losses that the progress says are owed: the daemon was killed before it could say that they are
    /// not any more. Such a record still stands in the ring, since whatever is given up brings a new progress.
    private static func recordedLosses(since progress: RingProgress, in waiting: [PendingRecord]) -> Set<String> {
        let later = waiting.filter {
            $0.number.instance == progress.instance && $0.number.sequence > progress.sequence
        }
        return Set(
            later.compactMap { try? Record(encoded: $0.bytes) }.filter { $0.event == .recordsLost }.compactMap {
                $0[.status]
            })
    }

    static func record(_ kind: LossKind, _ message: String, count: Int? = nil, priority: Priority? = nil) -> Record {
        var record = Record(.recordsLost, priority: priority ?? kind.priority, message: message)
        record[.status] = kind.word
        record[.count] = count.flatMap { $0 > 0 ? String($0) : nil }
        record.taint = .lost
        return record
    }
}
