/// What the flags of a DSLBIS say its numbers are for (ACPI 6.4, 5.2.27.4, flags).
public struct MemoryHierarchy: Hashable, Sendable {
    /// Bits [3:0]: 0 is the memory itself, 1 to 3 the memory-side cache of that level.
    public let level: UInt8
    /// Bit 4: the numbers hold from a transfer of some size on.
    public let needsLargeTransfers: Bool
    /// Bit 5: the numbers are for transfers that do not follow one another.
    public let isNonSequential: Bool

    /// From the flags as they stand in the table.
    public init(flags: UInt8) {
        level = flags & 0x0f
        needsLargeTransfers = flags & 1 << 4 != 0
        isNonSequential = flags & 1 << 5 != 0
    }

    /// `memory`, `cache of level 1`; a number that has no meaning is told as it is.
    public var levelWords: String {
        switch level {
        case 0: "memory"
        case 1...3: "cache of level \(level)"
        default: "memory hierarchy \(level)"
        }
    }
}

extension LatencyBandwidthStructure {
    /// What the numbers are for, where `handle` is one of a DSMAS.
    public var hierarchy: MemoryHierarchy { MemoryHierarchy(flags: flags) }

    /// The three entries as what they stand for.
    public var quantities: [CDATQuantity] {
        [entries.0, entries.1, entries.2].map { CDATQuantity(entry: $0, baseUnit: baseUnit) }
    }
}
