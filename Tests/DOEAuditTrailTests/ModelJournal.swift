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

    func successors(of anchor: RecordAnchor) -> Set<String> {
        Set(records.filter { $0.before == anchor }.compactMap(\.instance))
    }

    func before(of instance: String) -> RecordAnchor? {
        records.first { $0.instance == instance && $0.sequence == 1 }?.before
    }

    func beginning(of instance: String) -> UInt64? {
        records.firstIndex { $0.instance == instance }.map { UInt64($0) }
    }

    func holdsTrail(besides instances: Set<String>) -> Bool {
        records.contains { !instances.contains($0.instance ?? "") }
    }

    /// All that wrote to it had the same state directory.
    func holdsAbandonedTrail(besides instances: Set<String>) -> Bool { false }

    func holdsTrail(
        after number: RecordNumber, ofAny isMeant: (String) throws(LinuxError) -> Bool
    ) throws(LinuxError) -> Bool {
        let place = records.firstIndex { $0.instance == number.instance && $0.sequence == number.sequence }
        guard let place else { return false }
        for record in records[(place + 1)...] {
            if let instance = record.instance, try isMeant(instance) { return true }
        }
        return false
    }
}
