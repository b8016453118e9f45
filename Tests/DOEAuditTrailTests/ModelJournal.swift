@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords

/// A journal that is a list of records.
struct ModelJournal: JournalIndex {
    var records: [Record]

    func holds(_ number: RecordNumber) -> Bool {
        records.contains { $0.instance == number.instance && $0.sequence == number.sequence }
    }

    func holdsAny(of instance: String) -> Bool { records.contains { $0.instance == instance } }

    func latestNumber(of instance: String) -> UInt64? {
        records.filter { $0.instance == instance }.suffix(16).compactMap(\.sequence).max()
    }

    func holdsSuccessor(of anchor: RecordAnchor, besides instances: Set<String>) -> Bool {
        records.contains { $0.before == anchor && !instances.contains($0.instance ?? "") }
    }

    func holdsTrail(besides instances: Set<String>) -> Bool {
        records.contains { !instances.contains($0.instance ?? "") }
    }

    /// All that wrote to it had the same state directory.
    func holdsAbandonedTrail(besides instances: Set<String>) -> Bool { false }

    func holdsTrail(after number: RecordNumber, besides instances: Set<String>) -> Bool {
        let place = records.firstIndex { $0.instance == number.instance && $0.sequence == number.sequence }
        guard let place else { return false }
        return records[(place + 1)...].contains { !instances.contains($0.instance ?? "") }
    }
}
