internal import DOEWords

/// Where a later part of an object reads as an object of its own.
///
/// A mailbox that is out of step (a reset, or an abort of somebody else's, emptied it while the object was written) may
/// take the object's tail for an object of its own. It counts where a device could accept it as one.
public struct EmbeddedHeaders: Hashable, Sendable {
    /// The first dword at which a compliance object starts; `nil` where none does.
    public fileprivate(set) var compliance: Int?
    /// The dwords at which any other object starts that ends where this one ends; the first few.
    public fileprivate(set) var others: [Int] = []
    /// There are more of these than are kept: no payload has so many by chance.
    public fileprivate(set) var isCrowded = false

    /// How many are kept: each is to be judged as an object of its own.
    public static let kept = 4

    /// None.
    public init() {}
}

extension DataObject {
    /// The headers inside of this object, from its dword 1 on. Dword 0 is the object itself.
    ///
    /// - **A compliance object**: a dword with vendor 1e98 and type 00, whose length is exactly the dwords left, or the
    ///   published length of the request whose code follows, which ends before the object does; of the codes that came
    ///   after CXL 2.0, any length that a request has. Its reserved bits are masked: a device may ignore them.
    /// - **Any other**: its length is exactly the dwords left, and its reserved bits are 0, as a sender writes them. Vendor
    ///   0000 and ffff are nobody's (PCIe r6.0 7.5.1.1.1), so no device knows an object of theirs.
    ///
    /// See docs/decisions/0021 for why no other length counts, and how often random bytes read so.
    public var embeddedHeaders: EmbeddedHeaders {
        var found = EmbeddedHeaders()
        // A header has two dwords, so the last one starts none. An object may have 2^18: most are passed over in bulk.
        let end = dwordCount - 1
        var index = 1
        while index < end {
            let next = min(index + Self.bulk, end)
            if mayStartHeader(index..<next) { for start in index..<next { note(start, in: &found) } }
            index = next
        }
        return found
    }

    private static let bulk = 64

    /// Whether one of these dwords has a compliance object's id, or is followed by the length of what is left from it.
    /// No branch in the loop, so that several dwords are compared at once.
    private func mayStartHeader(_ starts: Range<Int>) -> Bool {
        let raw = unsafe bytes.span.bytes
        var left = UInt32(truncatingIfNeeded: dwordCount - starts.lowerBound)
        var offset = starts.lowerBound * 4
        var hits: UInt32 = 0
        for _ in 0..<starts.count {
            hits |= raw.littleEndianDword(at: offset) & 0xff_ffff == 0x00_1e98 ? 1 : 0
            hits |= raw.littleEndianDword(at: offset + 4) & 0x3_ffff == left ? 1 : 0
            left &-= 1
            offset += 4
        }
        return hits != 0
    }

    private func note(_ index: Int, in found: inout EmbeddedHeaders) {
        let (dword0, dword1) = (dword(index), dword(index + 1))
        let endsHere = dword1 & 0x3_ffff == UInt32(truncatingIfNeeded: dwordCount - index)
        if dword0 & 0xff_ffff == 0x00_1e98 {
            if found.compliance == nil, endsHere || isComplianceRequest(from: index) { found.compliance = index }
        } else if endsHere, dword0 >> 24 == 0, let header = ObjectHeader(dword0: dword0, dword1: dword1),
            dword1 & ~header.dword1Mask == 0, header.object.vendor != 0, header.object.vendor != 0xffff
        {
            if found.others.count < EmbeddedHeaders.kept { found.others.append(index) } else { found.isCrowded = true }
        }
    }

    /// The object that starts at a dword of this one and ends with it; `nil` where its header does not say so.
    public func tail(from index: Int) -> DataObject? { try? DataObject(bytes: Array(bytes[(index * 4)...])) }

    /// A whole published compliance request that ends before this object does.
    private func isComplianceRequest(from index: Int) -> Bool {
        let length = Int(dword(index + 1) & 0x3_ffff)
        // The shortest has three dwords, so that there is a code.
        guard length >= 3, length <= dwordCount - index else { return false }
        return ComplianceRequest.mayBeWhole(code: bytes[index * 4 + 8], dwords: length)
    }
}
