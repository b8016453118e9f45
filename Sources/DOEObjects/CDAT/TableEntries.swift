/// A CDAT cut into the answers of table access, as a device hands it out. Pure.
public enum TableEntries {
    /// The answers by the handle that asks for them: 0 is the table's header, then one structure each. Bytes are kept as
    /// they are, also of a structure that nobody here can read. Throws where the table is not whole.
    public static func responses(to table: [UInt8]) throws(ObjectError) -> [UInt16: DataObject] {
        // Checksum and content are for whoever reads the table; where one entry ends has to be right here.
        let reading = try CDATReading(table)
        if let flaw = reading.lengthFlaw ?? reading.endFlaw { throw flaw }
        guard reading.entries.count < Int(UInt16.max) else {
            throw ObjectError(
                offset: 0, expected: "fewer structures than there are handles", found: "\(reading.entries.count)")
        }
        let header = Array(table.prefix(CoherentDeviceAttributeTable.headerByteCount))
        // An entry travels in whole dwords.
        let entries = [header] + reading.entries.map { $0.bytes + Array(repeating: 0, count: -$0.bytes.count & 3) }
        var responses: [UInt16: DataObject] = [:]
        for (handle, entry) in entries.enumerated() {
            let next = handle + 1 < entries.count ? UInt16(handle + 1) : nil
            responses[UInt16(handle)] = try TableAccessResponse(nextHandle: next, entry: entry).dataObject()
        }
        return responses
    }
}
