/// Device Scoped Initiator Structure (DSIS): something in the device that itself accesses memory.
public struct InitiatorStructure: Hashable, Sendable {
    /// Flag bits as they stand in the table.
    public var flags: UInt8
    /// With `hasAttachedMemory` a handle of a DSMAS, else the initiator's own.
    public var handle: UInt8

    static let type: UInt8 = 3
    static let byteCount = 8

    /// A structure from its fields.
    public init(flags: UInt8 = 0, handle: UInt8) {
        self.flags = flags
        self.handle = handle
    }

    init(at offset: Int, in table: borrowing RawSpan) {
        flags = table.byte(at: offset)
        handle = table.byte(at: offset + 1)
    }

    var body: [UInt8] { [flags, handle, 0, 0] }

    /// Flag bit 0: the memory that `handle` names is attached to the initiator.
    public var hasAttachedMemory: Bool { flags & 1 != 0 }
}
