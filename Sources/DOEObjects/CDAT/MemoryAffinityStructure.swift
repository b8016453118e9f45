/// Device Scoped Memory Affinity Structure (DSMAS): one range of the device's memory, which others name by its handle.
public struct MemoryAffinityStructure: Hashable, Sendable {
    /// The range's name inside this table.
    public var handle: UInt8
    /// Flag bits as they stand in the table.
    public var flags: UInt8
    /// First byte of the range, a device physical address.
    public var base: UInt64
    /// Length of the range in bytes.
    public var length: UInt64

    static let type: UInt8 = 0
    static let byteCount = 24

    /// A structure from its fields.
    public init(handle: UInt8, flags: UInt8 = 0, base: UInt64, length: UInt64) {
        self.handle = handle
        self.flags = flags
        self.base = base
        self.length = length
    }

    init(at offset: Int, in table: borrowing RawSpan) {
        handle = table.byte(at: offset)
        flags = table.byte(at: offset + 1)
        base = table.littleEndianQuadword(at: offset + 4)
        length = table.littleEndianQuadword(at: offset + 12)
    }

    var body: [UInt8] { [handle, flags, 0, 0] + base.littleEndianBytes + length.littleEndianBytes }

    /// Flag bit 2: the memory keeps its content without power.
    public var isNonVolatile: Bool { flags & 1 << 2 != 0 }
    /// Flag bit 3: several hosts may use it.
    public var isShareable: Bool { flags & 1 << 3 != 0 }
    /// Flag bit 4: the device keeps the caches of several hosts coherent (QEMU's `CDAT_DSMAS_FLAG_HW_COHERENT`).
    public var isHardwareCoherent: Bool { flags & 1 << 4 != 0 }
    /// Flag bit 5: its capacity comes and goes (QEMU's `CDAT_DSMAS_FLAG_DYNAMIC_CAP`).
    public var isDynamic: Bool { flags & 1 << 5 != 0 }
    /// Flag bit 6: it cannot be written.
    public var isReadOnly: Bool { flags & 1 << 6 != 0 }
}
