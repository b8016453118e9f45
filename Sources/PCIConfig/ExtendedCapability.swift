/// One extended capability of a PCIe function (PCIe r6.0 7.6.3).
public struct ExtendedCapability: Hashable, Sendable {
    /// What a capability is.
    public struct ID: RawRepresentable, Hashable, Sendable {
        /// The number in bits [15:0] of its header.
        public let rawValue: UInt16

        /// An id from its number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Device serial number (PCIe r6.0 7.9.3).
        public static let deviceSerialNumber = ID(rawValue: 0x0003)
        /// Designated Vendor-Specific Extended Capability (PCIe r6.0 7.9.6).
        public static let designatedVendorSpecific = ID(rawValue: 0x0023)
        /// Data Object Exchange (PCIe r6.0 7.9.24).
        public static let dataObjectExchange = ID(rawValue: 0x002e)
        /// Integrity and Data Encryption (PCIe r6.0 7.9.26).
        public static let integrityAndDataEncryption = ID(rawValue: 0x0030)
    }

    /// What it is.
    public let id: ID
    /// Bits [19:16] of its header.
    public let version: UInt8
    /// Where it starts in config space, in bytes: 0x100 to 0xffc.
    public let offset: UInt16

    /// A capability from its parts.
    public init(id: ID, version: UInt8, offset: UInt16) {
        self.id = id
        self.version = version
        self.offset = offset
    }

    /// Whether this many bytes from its start still lie in the 4 KiB of config space.
    public func fits(byteCount: Int) -> Bool { Int(offset) + byteCount <= 0x1000 }
}
