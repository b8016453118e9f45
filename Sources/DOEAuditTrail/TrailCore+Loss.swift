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
        switch recovery.continuity {
        case .ringAbsent:
            return record(
                "ring-absent", .alert,
                "There is no ring any more in a state directory that was in use: what waited in it for the journal is lost,"
                    + " and nobody knows how much. See 'doe-audit report --verify' for what the journal holds")
        case .continued, .newRing, .succeeded, .otherMachine:
            return recovery.lost.isEmpty ? nil : record("ring-damaged", .alert, damage(what))
        case .damaged:
            return record("ring-damaged", .alert, damage(what), count: finding.comparison?.lost)
        case .powerCut where recovery.lost.isEmpty:
            return record(
                "power-cut", .warning,
                "The machine went down without an orderly end: the last records before it may be lost")
        case .powerCut: return record("ring-damaged", .alert, damage(what))
        case .rolledBack:
            // Numbers alone that went back are of records that the journal was seen to hold.
            guard !recovery.lost.isEmpty else { return nil }
            let last = finding.comparison.map { "; the last number given was \($0.last)" }
            return record(
                "ring-rolled-back", .alert,
                "The ring has gone back to an earlier state while the machine ran on, as after an error of its file"
                    + " system: \(what)\(last ?? ""). See the kernel's log for errors of that disk, and 'doe-audit"
                    + " report --verify' for what the journal holds",
                count: finding.comparison?.lost)
        case .unproven:
            return record(
                "ring-unproven", .warning,
                "It cannot be shown that the ring holds every record: the daemon before did not end in order, and"
                    + " \(what). Leave the runtime directory as it is while the daemon runs or is restarted")
        }
    }

    private static func damage(_ what: String) -> String { "The ring was damaged and records may be lost: \(what)" }

    static func record(_ status: String, _ priority: Priority, _ message: String, count: Int? = nil) -> Record {
        var record = Record(.recordsLost, priority: priority, message: message)
        record[.status] = status
        record[.count] = count.flatMap { $0 > 0 ? String($0) : nil }
        record.taint = .lost
        return record
    }
}
