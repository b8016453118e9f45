internal import DOERecord
internal import DOEWords

/// What a record of a loss says in DOE_STATUS. The numbers stand in the ring's progress.
enum LossKind: Int, CaseIterable, Hashable, Sendable {
    case ringDamaged = 0
    case powerCut = 1
    case ringRolledBack = 2
    case ringUnproven = 3
    case ringAbsent = 4
    case journalBehind = 5
    case ringDisturbed = 6

    /// In DOE_STATUS.
    var word: String {
        switch self {
        case .ringDamaged: "ring-damaged"
        case .powerCut: "power-cut"
        case .ringRolledBack: "ring-rolled-back"
        case .ringUnproven: "ring-unproven"
        case .ringAbsent: "ring-absent"
        case .journalBehind: "journal-behind"
        case .ringDisturbed: "ring-disturbed"
        }
    }

    /// Where nothing shows more.
    var priority: Priority {
        switch self {
        case .powerCut, .ringUnproven: .warning
        case .ringDamaged, .ringRolledBack, .ringAbsent, .journalBehind, .ringDisturbed: .alert
        }
    }
}

/// Losses that were found and are not on record yet: what a daemon that is killed leaves to the next one.
struct OwedLosses: Hashable, Sendable {
    var kinds: Set<LossKind> = []
    /// How many records, where that is known and one loss alone is owed; else 0.
    var count: UInt64 = 0
    /// Whether one of them is of the instance itself that owes them: then they say nothing of the end of the one before.
    var isWithin = false

    /// The most records that are believed.
    static let highestCount: UInt64 = 1 << 32

    init() {}

    /// Those that these records are about; `instance` is the one that owes them.
    init(of records: [Record], in instance: String) {
        kinds = Set(records.compactMap { record in LossKind.allCases.first { $0.word == record[.status] } })
        if records.count == 1 { count = min(records[0][.count].flatMap { UInt64($0) } ?? 0, Self.highestCount) }
        isWithin = records.contains { $0.before?.instance == instance }
    }
}

extension OwedLosses {
    /// Bits of the progress' flags from this one on.
    private static let firstBit = 8
    private static let withinBit = 16

    /// As they stand in the flags.
    var flags: UInt64 {
        kinds.reduce(isWithin ? 1 << UInt64(Self.withinBit) : 0) { $0 | 1 << UInt64(Self.firstBit + $1.rawValue) }
    }

    init(flags: UInt64, count: UInt64) {
        kinds = Set(LossKind.allCases.filter { flags >> UInt64(Self.firstBit + $0.rawValue) & 1 != 0 })
        isWithin = flags >> UInt64(Self.withinBit) & 1 != 0
        self.count = min(count, Self.highestCount)
    }
}
