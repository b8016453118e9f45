/// Device Scoped Memory Side Cache Information Structure (DSMSCIS): a cache in front of one memory range.
public struct MemorySideCacheStructure: Hashable, Sendable {
    /// The range, a handle of a DSMAS.
    public var handle: UInt8
    /// Size of the cache in bytes.
    public var size: UInt64
    /// Levels, associativity, write policy and line size (ACPI 6.4, 5.2.27.5, cache attributes).
    public var attributes: UInt32

    static let type: UInt8 = 2
    static let byteCount = 20

    /// A structure from its fields.
    public init(handle: UInt8, size: UInt64, attributes: UInt32) {
        self.handle = handle
        self.size = size
        self.attributes = attributes
    }

    init(at offset: Int, in table: borrowing RawSpan) {
        handle = table.byte(at: offset)
        size = table.littleEndianQuadword(at: offset + 4)
        attributes = table.littleEndianDword(at: offset + 12)
    }

    var body: [UInt8] { [handle, 0, 0, 0] + size.littleEndianBytes + attributes.littleEndianBytes }
}
