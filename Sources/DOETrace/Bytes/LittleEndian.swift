// What the kernel writes is in the machine's own byte order, and all machines with Linux and CXL or DOE are
// little-endian.
extension RawSpan {
    /// The byte at an offset; the caller has checked that it is there.
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The word at an offset; the caller has checked that two bytes are there.
    func littleEndianWord(at offset: Int) -> UInt16 {
        unsafe UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The dword at an offset; the caller has checked that four bytes are there.
    func littleEndianDword(at offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The quadword at an offset; the caller has checked that eight bytes are there.
    func littleEndianQuadword(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
