internal import DOEWords

/// Reads a device's whole CDAT, one exchange an entry. Pure: it says what to ask, and takes what came back.
///
/// A device cannot keep it going: the table's own header says how many bytes there are, that number is bounded, every
/// entry has at least four bytes, and no handle may come twice. It gives bytes; whether they make sense (structures,
/// checksum) is for ``CoherentDeviceAttributeTable`` to say, so that a broken table can still be saved and shown.
public struct CDATReader: Hashable, Sendable {
    /// The longest table it reads unless told otherwise, in bytes: several times what the largest switch needs.
    public static let defaultLimit = 65_536

    private let limit: Int
    private var handle: UInt16? = 0
    private var seen: Set<UInt16> = [0]
    /// What was taken so far, from the table's header on: after an error what is left of the table.
    public private(set) var table: [UInt8] = []
    private var length = 0

    /// A reader from the first entry; the limit is in bytes.
    public init(limit: Int = defaultLimit) {
        self.limit = limit
    }

    /// The next request, or the table's bytes.
    public var next: WalkStep<[UInt8]> {
        if let handle { .ask(TableAccessRequest(entryHandle: handle).dataObject) } else { .done(table) }
    }

    /// Takes the response to the last request. After an error the walk is over; ask nothing more.
    public mutating func take(_ object: DataObject) throws(ObjectError) {
        guard handle != nil else {
            throw ObjectError(offset: 0, expected: "no response after the last one", found: "\(object.object)")
        }
        let response = try TableAccessResponse(object)
        if table.isEmpty {
            try takeHeader(response.entry)
        } else {
            try takeStructure(response.entry)
        }
        try moveOn(to: response.nextHandle)
    }

    private mutating func takeHeader(_ entry: [UInt8]) throws(ObjectError) {
        let headerSize = CoherentDeviceAttributeTable.headerByteCount
        guard entry.count == headerSize else {
            throw ObjectError(
                offset: 4, expected: "the table's header of \(headerSize) bytes as entry 0",
                found: "\(entry.count) bytes")
        }
        let declared = unsafe entry.span.bytes.littleEndianDword(at: 0)
        guard let bytes = Int(exactly: declared), bytes >= headerSize, bytes <= limit else {
            throw ObjectError(
                offset: 12, expected: "a table length of \(headerSize) to \(limit) bytes", found: "\(declared)")
        }
        length = bytes
        table = entry
    }

    private mutating func takeStructure(_ entry: [UInt8]) throws(ObjectError) {
        // An entry travels in whole dwords; what its own length leaves over is padding.
        let declared = Int(unsafe entry.span.bytes.littleEndianWord(at: 2))
        guard declared >= 4, declared <= entry.count, entry.count - declared < 4 else {
            throw ObjectError(
                offset: 14, expected: "a structure length that fits the \(entry.count) bytes of the entry",
                found: "\(declared)")
        }
        guard table.count + declared <= length else {
            throw ObjectError(
                offset: 14, expected: "at most \(length - table.count) bytes more, as the table's header says",
                found: "a structure of \(declared)")
        }
        table += entry.prefix(declared)
    }

    private mutating func moveOn(to next: UInt16?) throws(ObjectError) {
        guard let next else {
            guard table.count == length else {
                throw ObjectError(
                    offset: 10, expected: "a next handle, since \(table.count) of \(length) bytes are read",
                    found: "ffff, the end")
            }
            handle = nil
            return
        }
        guard table.count < length else {
            throw ObjectError(
                offset: 10, expected: "next handle ffff, since all \(length) bytes are read", found: next.hex(digits: 4)
            )
        }
        guard seen.insert(next).inserted else {
            throw ObjectError(
                offset: 10, expected: "a next handle that was not asked for yet", found: next.hex(digits: 4))
        }
        handle = next
    }
}
