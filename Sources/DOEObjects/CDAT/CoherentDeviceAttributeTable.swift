internal import DOEWords

/// A Coherent Device Attribute Table (CDAT specification 1.03): what memory a CXL device has and how fast it is.
///
/// Reserved bytes are not kept: `bytes` writes them as zeros.
public struct CoherentDeviceAttributeTable: Hashable, Sendable {
    /// Revision of the table's format, byte 4: 1 or more.
    public let revision: UInt8
    /// Counted up by the device whenever the table changes, bytes 12 to 15.
    public let sequence: UInt32
    /// What follows the header, in the table's order.
    public let structures: [CDATStructure]

    /// The size of the table's own header: length u32, revision u8, checksum u8, six reserved, sequence u32.
    public static let headerByteCount = 16
    private static let checksumOffset = 5

    /// A table from its parts; the length and the checksum follow from them.
    public init(revision: UInt8 = 1, sequence: UInt32 = 0, structures: [CDATStructure]) {
        self.revision = revision
        self.sequence = sequence
        self.structures = structures
    }

    /// Reads a whole table: as many bytes as its header says, adding up to 0 mod 256, filled with structures exactly.
    /// To look at one that has flaws see ``CDATReading``.
    public init(bytes: [UInt8]) throws(ObjectError) {
        let reading = try CDATReading(bytes)
        if let flaw = reading.flaws.first { throw flaw }
        self.init(revision: reading.revision, sequence: reading.sequence, structures: reading.structures)
    }

    /// The whole table, with its length and a checksum that makes all bytes add up to 0 mod 256.
    public var bytes: [UInt8] {
        let body = structures.flatMap(\.bytes)
        let length = UInt32(truncatingIfNeeded: Self.headerByteCount + body.count)
        var table = length.littleEndianBytes + [revision, 0] + Array(repeating: 0, count: 6)
        table += sequence.littleEndianBytes
        table += body
        table[Self.checksumOffset] = 0 &- Self.sum(table)
        return table
    }

    /// The table cut as table access hands it out: the header as entry 0, then one entry a structure.
    public var entries: [[UInt8]] {
        [Array(bytes.prefix(Self.headerByteCount))] + structures.map(\.bytes)
    }

    private static func sum(_ bytes: [UInt8]) -> UInt8 { bytes.reduce(0, &+) }

    /// What is wrong with a table's checksum; `nil` where all bytes add up to 0 mod 256, and for bytes without one.
    public static func checksumError(in bytes: [UInt8]) -> ObjectError? {
        let sum = sum(bytes)
        guard sum != 0, bytes.count > checksumOffset else { return nil }
        let found = bytes[checksumOffset]
        return ObjectError(
            offset: checksumOffset,
            expected: "checksum \((found &- sum).hex(digits: 2)), with which all bytes add up to 0 mod 256",
            found: found.hex(digits: 2))
    }
}
