extension ComplianceRequest {
    /// From the shortest request that is published to the longest.
    static let lengths = 3...17

    /// How many dwords the request of a code has, header included (CXL 2.0 14.16.4.1 to .16, and media poison as a later
    /// revision has it): the last byte of its fields, up to the next whole dword. `nil` for a code whose request is
    /// not published in the open (LSA poison, device health injection), or that nobody knows.
    public static func length(ofCode code: UInt8) -> Int? {
        switch code {
        // Queries, and to halt all: nothing behind code, version and reserved bytes.
        case 0x00...0x02: 3
        // Four addresses and masks of 64 bits, four values of 32.
        case 0x03: 17
        case 0x04: 12
        case 0x05: 5
        // One to four bytes that say what to inject.
        case 0x06...0x0f: 4
        // Protocol and action, the address, the data.
        case 0x10: 8
        default: nil
        }
    }
}
