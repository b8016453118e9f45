/// What a data object is: vendor and type, `1e98:02` (PCIe r6.0 6.30.1.1, data object header 1).
public struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// PCI-SIG vendor id.
    public let vendor: UInt16
    /// Data object type, defined by that vendor.
    public let type: UInt8

    /// An object id from its numbers.
    public init(vendor: UInt16, type: UInt8) {
        self.vendor = vendor
        self.type = type
    }

    /// Parses `VVVV:TT` in lower-case hexadecimal; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let vendor = UInt16(lowercaseHex: parts[0], digits: 4...4),
            let type = UInt8(lowercaseHex: parts[1], digits: 2...2)
        else { return nil }
        self.init(vendor: vendor, type: type)
    }

    /// `1e98:02`
    public var description: String { "\(vendor.hex(digits: 4)):\(type.hex(digits: 2))" }

    /// Sorted by vendor, then type.
    public static func < (left: Self, right: Self) -> Bool {
        (left.vendor, left.type) < (right.vendor, right.type)
    }

    /// DOE Discovery (PCIe r6.0 6.30.1.1.1).
    public static let discovery = ObjectID(vendor: 0x0001, type: 0x00)
    /// CMA/SPDM (PCIe r6.0 6.31).
    public static let spdm = ObjectID(vendor: 0x0001, type: 0x01)
    /// Secured CMA/SPDM (PCIe r6.0 6.31.4).
    public static let securedSPDM = ObjectID(vendor: 0x0001, type: 0x02)
    /// CMA/SPDM with a connection id.
    public static let spdmWithConnection = ObjectID(vendor: 0x0001, type: 0x03)
    /// Secured CMA/SPDM with a connection id.
    public static let securedSPDMWithConnection = ObjectID(vendor: 0x0001, type: 0x04)
    /// Whether it is one of the four objects that carry SPDM.
    public var isSPDM: Bool { vendor == 0x0001 && (0x01...0x04).contains(type) }
    /// Whether bits [29:18] of its header's second dword say which connection it belongs to (DOE 1.1); reserved for
    /// all others.
    public var hasConnection: Bool { self == .spdmWithConnection || self == .securedSPDMWithConnection }

    /// CXL Compliance Mode (CXL 4.0 14.16.3): behind the gate, whatever rules say.
    public static let compliance = ObjectID(vendor: 0x1e98, type: 0x00)
    /// CXL Table Access, the way to the CDAT (CXL 2.0 8.1.11).
    public static let tableAccess = ObjectID(vendor: 0x1e98, type: 0x02)
    /// Whether it is nothing but read, one entry after the other, and by Linux too: Discovery and the CDAT.
    public var isReadByTheKernelToo: Bool { self == .discovery || self == .tableAccess }
}
