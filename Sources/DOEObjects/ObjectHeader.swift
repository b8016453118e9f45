public import DOEWords

/// The two dwords that start every data object (PCIe r6.0 6.30.1.1).
public struct ObjectHeader: Hashable, Sendable {
    /// Vendor and type, dword 0.
    public let object: ObjectID
    /// Length in dwords, header included: 2 to 2^18. On the wire 2^18 is written as 0.
    public let lengthInDwords: Int
    /// Bits [29:18] of dword 1, used by types 3 and 4 of PCI-SIG; kept, never part of the length.
    public let connection: UInt16

    /// The header's own size.
    public static let byteCount = 8
    /// The longest object: 2^18 dwords, 1 MiB.
    public static let maximumLengthInDwords = 1 << 18

    /// A header for an object to send; the length is in dwords, 2 to 2^18.
    public init(object: ObjectID, lengthInDwords: Int, connection: UInt16 = 0) {
        self.object = object
        self.lengthInDwords = lengthInDwords
        self.connection = connection & 0xfff
    }

    /// Decodes the two header dwords; `nil` for a length of 1, which cannot hold a header.
    public init?(dword0: UInt32, dword1: UInt32) {
        let field = Int(dword1 & 0x3ffff)
        guard field != 1 else { return nil }
        object = ObjectID(vendor: UInt16(truncatingIfNeeded: dword0), type: UInt8(truncatingIfNeeded: dword0 >> 16))
        lengthInDwords = field == 0 ? Self.maximumLengthInDwords : field
        connection = UInt16(truncatingIfNeeded: dword1 >> 18) & 0xfff
    }

    /// Vendor [15:0], type [23:16].
    public var dword0: UInt32 { UInt32(object.vendor) | UInt32(object.type) << 16 }
    /// Length [17:0], connection id [29:18].
    public var dword1: UInt32 { UInt32(lengthInDwords & 0x3ffff) | UInt32(connection) << 18 }
    /// Length in bytes, header included.
    public var lengthInBytes: Int { lengthInDwords * 4 }
}
