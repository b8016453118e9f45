internal import PCIConfig

/// Config space to put together by hand.
struct ConfigImage: ConfigSpace {
    private(set) var bytes = [UInt8](repeating: 0, count: 4096)

    /// A CXL memory device without capabilities.
    init() {
        self[0x00] = 0x0d93_8086
        self[0x08] = 0x0502_1001
    }

    subscript(offset: Int) -> UInt32 {
        get { (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) } }
        set { for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: newValue >> (8 * index)) } }
    }

    mutating func addCapability(_ id: UInt16, version: UInt32 = 1, at offset: Int, next: UInt32) {
        self[offset] = UInt32(id) | version << 16 | next << 20
    }

    mutating func addSerial(_ serial: UInt64, at offset: Int, next: UInt32) {
        addCapability(0x0003, at: offset, next: next)
        self[offset + 4] = UInt32(truncatingIfNeeded: serial)
        self[offset + 8] = UInt32(truncatingIfNeeded: serial >> 32)
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 { self[Int(offset)] }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        throw ConfigSpaceError(.refused, problem: "an image takes no writes")
    }
}
