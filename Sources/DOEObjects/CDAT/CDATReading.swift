internal import DOEWords

/// What can be read of a CDAT, however flawed it is: the structures that are good, and what is wrong with the rest.
/// For a table that is to be relied on see ``CoherentDeviceAttributeTable``.
///
/// Devices have tables whose header promises more than their entries add up to, and Linux uses them. Its copy of such
/// a table has zeros behind the entries (before 6.3), or is shorter than the header says (since then).
public struct CDATReading: Hashable, Sendable {
    /// One structure of the table.
    public struct Entry: Hashable, Sendable {
        /// Where it starts, in bytes from the table's start.
        public let offset: Int
        /// All of it, its four header bytes included: as many as its own length says.
        public let bytes: [UInt8]
        /// What it says, or why that cannot be told.
        public let content: Result<CDATStructure, ObjectError>

        /// Its type on the wire.
        public var type: UInt8 { bytes[0] }
        /// Why it was not decoded; `nil` where it was.
        public var flaw: ObjectError? {
            if case .failure(let error) = content { error } else { nil }
        }
    }

    /// What the bytes add up to.
    public enum Checksum: Hashable, Sendable {
        /// 0 mod 256, as they should.
        case right
        /// Something else.
        case wrong(ObjectError)
        /// Something else, and not all bytes that the header promises are here.
        case unknown
    }

    /// Revision of the table's format.
    public let revision: UInt8
    /// Counted up by the device whenever the table changes.
    public let sequence: UInt32
    /// Whether the bytes add up.
    public let checksum: Checksum
    /// Every structure up to where no further one can be found, good or not.
    public let entries: [Entry]
    /// The header's length is not how many bytes there are.
    let lengthFlaw: ObjectError?
    /// Why no structure could be found behind the last one, though there are bytes.
    let endFlaw: ObjectError?

    /// Reads bytes that should be a whole table. What stands behind a flaw is read on where lengths allow that.
    /// Throws only where there are too few bytes for the table's own header.
    public init(_ bytes: [UInt8]) throws(ObjectError) {
        let raw = unsafe bytes.span.bytes
        let headerSize = CoherentDeviceAttributeTable.headerByteCount
        guard bytes.count >= headerSize else {
            throw ObjectError(
                offset: bytes.count, expected: "a header of \(headerSize) bytes", found: "\(bytes.count) bytes")
        }
        let declared = raw.littleEndianDword(at: 0)
        lengthFlaw =
            declared == bytes.count
            ? nil
            : ObjectError(
                offset: 0, expected: "a length of \(bytes.count) bytes, as many as there are", found: "\(declared)")
        revision = raw.byte(at: 4)
        sequence = raw.littleEndianDword(at: 12)
        checksum =
            switch CoherentDeviceAttributeTable.checksumError(in: bytes) {
            case nil: .right
            case _ where declared > bytes.count: .unknown
            case let error?: .wrong(error)
            }
        (entries, endFlaw) = Self.walk(bytes, from: headerSize)
    }

    /// What was decoded, in the table's order.
    public var structures: [CDATStructure] { entries.compactMap { try? $0.content.get() } }

    /// All that is wrong, from the header on.
    public var flaws: [ObjectError] { headerFlaws + innerFlaws }

    /// What is wrong with single structures, and what ends the table early.
    public var innerFlaws: [ObjectError] { entries.compactMap(\.flaw) + [endFlaw].compactMap(\.self) }

    private var headerFlaws: [ObjectError] {
        var checksumFlaw: ObjectError?
        if case .wrong(let error) = checksum { checksumFlaw = error }
        return [lengthFlaw, checksumFlaw].compactMap(\.self)
    }

    private static func walk(_ bytes: [UInt8], from start: Int) -> (entries: [Entry], flaw: ObjectError?) {
        let raw = unsafe bytes.span.bytes
        var entries: [Entry] = []
        var offset = start
        while offset < bytes.count {
            let left = bytes.count - offset
            guard left >= CDATStructure.headerByteCount else {
                let wanted = "a structure header of \(CDATStructure.headerByteCount) bytes"
                return (entries, ObjectError(offset: offset, expected: wanted, found: "\(left) bytes"))
            }
            let length = Int(raw.littleEndianWord(at: offset + 2))
            guard length >= CDATStructure.headerByteCount, length <= left else {
                return (entries, unwalkable(bytes, at: offset, length: length))
            }
            entries.append(entry(bytes, at: offset, length: length))
            offset += length
        }
        return (entries, nil)
    }

    private static func entry(_ bytes: [UInt8], at offset: Int, length: Int) -> Entry {
        let content = Result { () throws(ObjectError) in
            let raw = unsafe bytes.span.bytes
            return try CDATStructure(at: offset, length: length, in: raw)
        }
        return Entry(offset: offset, bytes: Array(bytes[offset..<(offset + length)]), content: content)
    }

    private static func unwalkable(_ bytes: [UInt8], at offset: Int, length: Int) -> ObjectError {
        let left = bytes.count - offset
        guard bytes[offset...].contains(where: { $0 != 0 }) else {
            return ObjectError(
                offset: offset, expected: "structures up to the length that the header says",
                found: "\(left) zero bytes")
        }
        return ObjectError(
            offset: offset + 2,
            expected: "a structure length of \(CDATStructure.headerByteCount) to \(left) bytes", found: "\(length)")
    }
}
