/// Device Scoped EFI Memory Type Structure (DSEMTS): how firmware is to hand out a part of one memory range.
public struct MemoryTypeStructure: Hashable, Sendable {
    /// The range, a handle of a DSMAS.
    public var handle: UInt8
    /// EFI memory type and attribute as the CDAT counts them.
    public var memoryType: UInt8
    /// Where the part starts, in bytes from the range's base.
    public var offset: UInt64
    /// Length of the part in bytes.
    public var length: UInt64

    static let type: UInt8 = 4
    static let byteCount = 24

    /// A structure from its fields.
    public init(handle: UInt8, memoryType: UInt8, offset: UInt64, length: UInt64) {
        self.handle = handle
        self.memoryType = memoryType
        self.offset = offset
        self.length = length
    }

    init(at offset: Int, in table: borrowing RawSpan) {
        handle = table.byte(at: offset)
        memoryType = table.byte(at: offset + 1)
        self.offset = table.littleEndianQuadword(at: offset + 4)
        length = table.littleEndianQuadword(at: offset + 12)
    }

    var body: [UInt8] { [handle, memoryType, 0, 0] + offset.littleEndianBytes + length.littleEndianBytes }

    /// `memory type` in words: EFI memory type and attribute; a number that has no meaning is told as it is.
    public var typeWords: String {
        switch memoryType {
        case 0: "EFI conventional memory"
        case 1: "EFI conventional memory, specific purpose (EFI_MEMORY_SP)"
        case 2: "EFI reserved memory"
        default: "EFI memory type \(memoryType)"
        }
    }
}
