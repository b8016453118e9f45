public import DOEWords

/// One whole data object: a header that agrees with the bytes that follow it.
///
/// It cannot be made from anything else, so whoever holds one need not check its length again.
public struct DataObject: Hashable, Sendable {
    /// The decoded header.
    public let header: ObjectHeader
    /// Header and payload, little-endian dwords: a multiple of 4, 8 bytes to 1 MiB.
    public let bytes: [UInt8]

    /// Takes bytes as they came from a client or a mailbox; throws where header and count disagree.
    public init(bytes: [UInt8]) throws(ObjectError) {
        let raw = unsafe bytes.span.bytes
        guard bytes.count >= ObjectHeader.byteCount else {
            throw ObjectError(offset: bytes.count, expected: "a header of 8 bytes", found: "\(bytes.count) bytes")
        }
        guard bytes.count.isMultiple(of: 4) else {
            throw ObjectError(offset: bytes.count, expected: "whole dwords", found: "\(bytes.count) bytes")
        }
        guard let header = ObjectHeader(dword0: raw.littleEndianDword(at: 0), dword1: raw.littleEndianDword(at: 4))
        else {
            throw ObjectError(offset: 4, expected: "a length of 2 dwords or more", found: "1")
        }
        guard header.lengthInBytes == bytes.count else {
            throw ObjectError(
                offset: 4, expected: "a length of \(bytes.count / 4) dwords, as many as there are",
                found: "\(header.lengthInDwords)")
        }
        self.header = header
        self.bytes = bytes
    }

    /// Makes an object from an id and its payload, padded with zeros to whole dwords.
    public init(_ object: ObjectID, payload: [UInt8]) throws(ObjectError) {
        let padded = payload + Array(repeating: 0, count: (4 - payload.count % 4) % 4)
        let length = 2 + padded.count / 4
        guard length <= ObjectHeader.maximumLengthInDwords else {
            throw ObjectError(offset: 4, expected: "2^18 dwords at most", found: "\(length)")
        }
        let header = ObjectHeader(object: object, lengthInDwords: length)
        self.header = header
        self.bytes = header.dword0.littleEndianBytes + header.dword1.littleEndianBytes + padded
    }

    /// Makes an object of three dwords, which always fits: what discovery and table access ask with.
    init(_ object: ObjectID, dword: UInt32) {
        let header = ObjectHeader(object: object, lengthInDwords: 3)
        self.header = header
        self.bytes = header.dword0.littleEndianBytes + header.dword1.littleEndianBytes + dword.littleEndianBytes
    }

    /// Throws where this is another object than the one that a parser is for.
    func require(_ wanted: ObjectID) throws(ObjectError) {
        guard object == wanted else {
            throw ObjectError(offset: 0, expected: "an object \(wanted)", found: "\(object)")
        }
    }

    /// Throws where the object has another number of dwords than its kind can have.
    func require(dwordCount allowed: ClosedRange<Int>) throws(ObjectError) {
        guard allowed.contains(dwordCount) else {
            let text = allowed.count == 1 ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
            throw ObjectError(offset: 4, expected: "a length of \(text) dwords", found: "\(dwordCount)")
        }
    }

    /// Vendor and type.
    public var object: ObjectID { header.object }
    /// How many dwords, header included.
    public var dwordCount: Int { bytes.count / 4 }
    /// What follows the header.
    public var payload: ArraySlice<UInt8> { bytes[ObjectHeader.byteCount...] }

    /// Dword `index` of the object, 0 the first of the header.
    public func dword(_ index: Int) -> UInt32 { unsafe bytes.span.bytes.littleEndianDword(at: index * 4) }
}
