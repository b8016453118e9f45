/// A CDAT cut into the answers of table access, as a device hands it out. Pure.
public enum TableEntries {
    /// The answers by the handle that asks for them: 0 is the table's header, then one structure each. Bytes are kept as
    /// they are. Throws where the table is not whole.
    public static func responses(to table: [UInt8]) throws(ObjectError) -> [UInt16: DataObject] {
        // A checksum is for whoever reads the table; its shape has to be right here.
        _ = try CoherentDeviceAttributeTable(anyChecksum: table)
        var entries = [Array(table.prefix(CoherentDeviceAttributeTable.headerByteCount))]
        var rest = table.dropFirst(CoherentDeviceAttributeTable.headerByteCount)
        while rest.count >= 4 {
            let length = Int(rest[rest.startIndex + 2]) | Int(rest[rest.startIndex + 3]) << 8
            guard length >= 4, length <= rest.count, entries.count < Int(UInt16.max) else {
                throw ObjectError(
                    offset: rest.startIndex + 2, expected: "a structure of 4 to \(rest.count) bytes", found: "\(length)"
                )
            }
            // An entry travels in whole dwords.
            entries.append(rest.prefix(length) + Array(repeating: 0, count: -length & 3))
            rest = rest.dropFirst(length)
        }
        var responses: [UInt16: DataObject] = [:]
        for (handle, entry) in entries.enumerated() {
            let next = handle + 1 < entries.count ? UInt16(handle + 1) : nil
            responses[UInt16(handle)] = try TableAccessResponse(nextHandle: next, entry: entry).dataObject()
        }
        return responses
    }
}
