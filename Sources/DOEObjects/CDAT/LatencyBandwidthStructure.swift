/// Device Scoped Latency and Bandwidth Information Structure (DSLBIS): how fast one memory range is.
public struct LatencyBandwidthStructure: Hashable, Sendable {
    /// The range, a handle of a DSMAS.
    public var handle: UInt8
    /// Flag bits as they stand in the table.
    public var flags: UInt8
    /// What is measured, see `kind`.
    public var dataType: UInt8
    /// By what each entry is to be multiplied: picoseconds for a latency, MB/s for a bandwidth.
    public var baseUnit: UInt64
    /// The three entries; for a memory range only the first counts.
    public var entries: (UInt16, UInt16, UInt16) {
        get { (first, second, third) }
        set { (first, second, third) = newValue }
    }

    private var first: UInt16
    private var second: UInt16
    private var third: UInt16

    static let type: UInt8 = 1
    static let byteCount = 24

    /// A structure from its fields.
    public init(
        handle: UInt8, flags: UInt8 = 0, dataType: UInt8, baseUnit: UInt64, entries: (UInt16, UInt16, UInt16)
    ) {
        self.handle = handle
        self.flags = flags
        self.dataType = dataType
        self.baseUnit = baseUnit
        (first, second, third) = entries
    }

    init(at offset: Int, in table: borrowing RawSpan) {
        handle = table.byte(at: offset)
        flags = table.byte(at: offset + 1)
        dataType = table.byte(at: offset + 2)
        baseUnit = table.littleEndianQuadword(at: offset + 4)
        first = table.littleEndianWord(at: offset + 12)
        second = table.littleEndianWord(at: offset + 14)
        third = table.littleEndianWord(at: offset + 16)
    }

    var body: [UInt8] {
        [handle, flags, dataType, 0] + baseUnit.littleEndianBytes + first.littleEndianBytes
            + second.littleEndianBytes + third.littleEndianBytes + [0, 0]
    }

    /// What is measured; `nil` for a data type nobody here knows.
    public var kind: LatencyOrBandwidth? { LatencyOrBandwidth(rawValue: dataType) }
}
