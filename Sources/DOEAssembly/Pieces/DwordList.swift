internal import DOEObjects

/// Dwords in their order, of which only so many are kept.
struct DwordList: Hashable {
    private(set) var kept: [UInt32] = []
    private(set) var count = 0
    /// Whether one of them is not known: it was not seen, or is one too many.
    private(set) var lacksSome = false

    init() {}

    /// Appends one; `nil` where nobody knows its value.
    mutating func append(_ value: UInt32?) {
        count += 1
        // After the first that is missing the others' places would be wrong.
        guard let value, !lacksSome, kept.count < AssemblyLimits.keptDwords else { return lacksSome = true }
        kept.append(value)
    }

    mutating func append(_ other: DwordList) {
        count += other.count
        guard !lacksSome else { return }
        kept += other.kept
        lacksSome = other.lacksSome
    }

    /// Something may be missing.
    mutating func doubt() { lacksSome = true }

    /// What the object's header says, `nil` where it is not known or cannot be one.
    var header: ObjectHeader? {
        kept.count < 2 ? nil : ObjectHeader(dword0: kept[0], dword1: kept[1])
    }

    /// How many dwords are to be expected: a header that cannot be is all that there is. `nil` while it is not known.
    var announced: Int? { kept.count < 2 ? nil : header?.lengthInDwords ?? 2 }
}
