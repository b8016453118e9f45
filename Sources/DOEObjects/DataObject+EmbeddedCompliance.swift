extension DataObject {
    /// The first dword, from 1 on, at which the rest of this object reads as a compliance object; `nil` where none does.
    ///
    /// A mailbox that is out of step (an earlier object of somebody else ended early, or was longer than we know) may
    /// take our object's tail for an object of its own. So a tail counts when it starts with a header that a device
    /// could accept:
    /// - Dword k has vendor 1e98 and type 00. Its upper byte is reserved, a device ignores it, so it is masked. Dword 0
    ///   is left out, it is the object itself; dword 1 is not: an object of 1e98h dwords has such a length field.
    /// - Dword k+1 has a length field, bits [17:0], other than 1, the one length that cannot hold a header. Any other
    ///   counts, also one that is longer than the tail: the dwords of the next object would complete it. So does 2: what
    ///   a device makes of a request without a code is not known. Bits [31:18] are masked.
    /// - The last dword counts on its own: the next object's first dword would be its length.
    ///
    /// One dword in 2^24 of random payload reads so: an encrypted object of 1 KiB is refused once in 65,000 times.
    public var embeddedComplianceHeader: Int? {
        let raw = unsafe bytes.span.bytes
        let last = bytes.count - 4
        var offset = 4
        while offset <= last {
            if raw.littleEndianDword(at: offset) & 0xff_ffff == 0x00_1e98,
                offset == last || raw.littleEndianDword(at: offset + 4) & 0x3_ffff != 1
            {
                return offset / 4
            }
            offset += 4
        }
        return nil
    }
}
