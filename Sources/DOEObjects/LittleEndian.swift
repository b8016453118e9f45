extension RawSpan {
    /// The little-endian dword at a byte offset; the caller has checked that four bytes are there.
    func littleEndianDword(at offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The little-endian quadword at a byte offset; the caller has checked that eight bytes are there.
    func littleEndianQuadword(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The byte at an offset; the caller has checked that it is there.
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The little-endian word at a byte offset; the caller has checked that two bytes are there.
    func littleEndianWord(at offset: Int) -> UInt16 {
        unsafe UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}

extension FixedWidthInteger {
    /// The value's bytes, lowest first.
    public var littleEndianBytes: [UInt8] {
        (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}

extension [UInt32] {
    /// The dwords' bytes, each lowest first. In one piece: an array for each dword, or a key path, would cost more than all
    /// the rest of an exchange.
    public var littleEndianBytes: [UInt8] {
        unsafe map { $0.littleEndian }.withUnsafeBytes { unsafe Array<UInt8>($0) }
    }
}
