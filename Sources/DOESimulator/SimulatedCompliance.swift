internal import DOEObjects
internal import DOEWords

/// A CXL 2.0 device's answers to compliance requests (14.16.4; CXL 4.0 14.16.3): it says yes to everything that it
/// knows, and does nothing. Byte 11 is the status, but in the answers to 01, 0b and 0d to 0f, which have none.
enum SimulatedCompliance {
    private static let success: UInt8 = 0
    private static let unsupportedInjection: UInt8 = 3
    private static let lastCode: UInt8 = 0x0f
    private static let version: UInt8 = 1

    static func answer(_ request: DataObject) -> DataObject? {
        guard let code = request.payload.first else { return nil }
        let payload: [UInt8] =
            switch code {
            case 0x00: [code, version, 0x1c, success] + capabilities.littleEndianBytes + capabilities.littleEndianBytes
            // Which modes run now, cache size, its unit, and the byte that fills the dword.
            case 0x01: [code, version, 0x14, 0] + UInt32(0).littleEndianBytes + [0, 0, 0, 0]
            case 0x0d...0x0f: [code, version, 0, 0, 0, 0, 0, 0]
            case ...lastCode: [code, version, 0x0c, success]
            default: [code, version, 0x0c, unsupportedInjection]
            }
        return try? DataObject(.compliance, payload: payload)
    }

    /// One bit a request code, available and enabled alike.
    private static var capabilities: UInt64 { (1 << (UInt64(lastCode) + 1)) - 1 }
}
