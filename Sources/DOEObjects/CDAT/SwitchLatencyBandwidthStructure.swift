/// Switch Scoped Latency and Bandwidth Information Structure (SSLBIS): how fast a switch is between pairs of its ports.
public struct SwitchLatencyBandwidthStructure: Hashable, Sendable {
    /// One pair of ports.
    public struct Entry: Hashable, Sendable {
        /// One port: its number, or `upstreamPort` or `anyPort`.
        public var portX: UInt16
        /// The other port, the same.
        public var portY: UInt16
        /// To be multiplied with the base unit.
        public var value: UInt16

        /// An entry from its fields.
        public init(portX: UInt16, portY: UInt16, value: UInt16) {
            self.portX = portX
            self.portY = portY
            self.value = value
        }
    }

    /// What is measured, see `kind`.
    public var dataType: UInt8
    /// By what each entry is to be multiplied: picoseconds for a latency, MB/s for a bandwidth.
    public var baseUnit: UInt64
    /// The pairs of ports; those behind `maximumEntryCount` do not fit the length field and are not written.
    public var entries: [Entry]

    /// The port number that stands for the upstream port.
    public static let upstreamPort: UInt16 = 0x0100
    /// The port number that stands for any port.
    public static let anyPort: UInt16 = 0xffff
    /// How many pairs fit a structure, whose length has 16 bits.
    public static let maximumEntryCount = (Int(UInt16.max) - fixedByteCount) / entryByteCount

    static let type: UInt8 = 5
    private static let fixedByteCount = 16
    private static let entryByteCount = 8

    /// A structure from its fields.
    public init(dataType: UInt8, baseUnit: UInt64, entries: [Entry]) {
        self.dataType = dataType
        self.baseUnit = baseUnit
        self.entries = entries
    }

    init(at offset: Int, entryCount: Int, in table: borrowing RawSpan) {
        dataType = table.byte(at: offset)
        baseUnit = table.littleEndianQuadword(at: offset + 4)
        entries = []
        entries.reserveCapacity(entryCount)
        for index in 0..<entryCount {
            let start = offset + 12 + index * Self.entryByteCount
            entries.append(
                Entry(
                    portX: table.littleEndianWord(at: start), portY: table.littleEndianWord(at: start + 2),
                    value: table.littleEndianWord(at: start + 4)))
        }
    }

    /// How many pairs a structure of this length has; `nil` where the length is not 16 + 8n.
    static func entryCount(length: Int) -> Int? {
        let rest = length - fixedByteCount
        return rest >= 0 && rest.isMultiple(of: entryByteCount) ? rest / entryByteCount : nil
    }

    var body: [UInt8] {
        [dataType, 0, 0, 0] + baseUnit.littleEndianBytes
            + entries.prefix(Self.maximumEntryCount).flatMap {
                $0.portX.littleEndianBytes + $0.portY.littleEndianBytes + $0.value.littleEndianBytes + [0, 0]
            }
    }

    /// What is measured; `nil` for a data type nobody here knows.
    public var kind: LatencyOrBandwidth? { LatencyOrBandwidth(rawValue: dataType) }

    /// What an entry stands for.
    public func quantity(of pair: Entry) -> CDATQuantity { CDATQuantity(entry: pair.value, baseUnit: baseUnit) }
}
