extension ComplianceRequest {
    /// How many dwords the request of a code may have, header included: the last byte of its fields, up to the next
    /// whole dword. Several where revisions of the specification differ; none for a code that nobody has published.
    ///
    /// CXL 2.0 14.16.4.1 to .16 for the codes up to 0f; CXL 4.0 14.16.3.1 to .18, Tables 14-58 to 14-95, for all.
    public static func lengths(ofCode code: UInt8) -> [Int] {
        switch code {
        // Queries, and to halt all: nothing behind code, version and reserved bytes.
        case 0x00...0x02: [3]
        // Four addresses and masks of 64 bits, four values of 32.
        case 0x03: [17]
        case 0x04: [12]
        // CXL 2.0: a count and a pattern. CXL 4.0: these behind the fields of a whole write streaming.
        case 0x05: [5, 17]
        // One to four bytes that say what to inject.
        case 0x06...0x0f: [4]
        // Protocol and action, the address, the data: 8 bytes as devices of CXL 2.0 came to have it, 64 in CXL 4.0.
        case 0x10: [8, 22]
        // Protocol and action, an offset of 32 bits.
        case 0x11: [5]
        // What to inject, and the values.
        case 0x12: [7]
        default: []
        }
    }

    /// Whether some device may take so many dwords for a whole request of this code. Media and LSA poison and device
    /// health injection came after CXL 2.0; no revision between it and 4.0 was looked at, so for these each length
    /// counts that any request has.
    static func mayBeWhole(code: UInt8, dwords: Int) -> Bool {
        switch code {
        case 0x10...0x12: (3...22).contains(dwords)
        default: lengths(ofCode: code).contains(dwords)
        }
    }
}
