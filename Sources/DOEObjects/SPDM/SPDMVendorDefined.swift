internal import DOEWords

/// What a VENDOR_DEFINED_REQUEST or _RESPONSE carries (DSP0274, vendor-defined request message), in one of the two
/// ways in which a device may read it.
///
/// Byte 12 of the object: standard u16, length of the vendor id u8, vendor id, then by its layout the payload's
/// length and the payload.
public struct SPDMVendorDefined: Hashable, Sendable {
    /// How payload and length stand behind the vendor id.
    public enum Layout: Hashable, Sendable, CaseIterable {
        /// A length u16. SPDM before 1.4 has no other.
        case small
        /// Two reserved bytes, a length u32 (SPDM 1.4, where bit 7 of the first parameter asks for it).
        case large
    }

    /// The registry that the vendor id is from.
    public let standard: SPDMStandard
    /// The vendor id as it stands in the message; for PCI-SIG two bytes, little-endian. At most 255 bytes.
    public let vendorID: [UInt8]
    /// Length of the payload in bytes.
    public let payloadLength: Int
    /// The payload's first byte: for PCI-SIG and CXL the protocol. `nil` for an empty payload.
    public let protocolID: UInt8?
    /// What follows it: the protocol's own header. For TDISP and TSP version and message, for IDE_KM the object id.
    private let afterProtocol: [UInt8]

    /// `nil` where a length does not fit the object.
    init?(_ object: DataObject, as layout: Layout) {
        let bytes = object.bytes
        let vendorStart = 15
        guard bytes.count >= vendorStart else { return nil }
        let vendorEnd = vendorStart + Int(bytes[14])
        let payloadStart = vendorEnd + (layout == .small ? 2 : 6)
        guard payloadStart <= bytes.count else { return nil }
        let raw = unsafe bytes.span.bytes
        let length =
            layout == .small
            ? Int(raw.littleEndianWord(at: vendorEnd)) : Int(raw.littleEndianDword(at: vendorEnd + 2))
        guard length <= bytes.count - payloadStart else { return nil }
        let payload = bytes[payloadStart..<(payloadStart + length)]
        standard = SPDMStandard(rawValue: raw.littleEndianWord(at: 12))
        vendorID = Array(bytes[vendorStart..<vendorEnd])
        payloadLength = length
        protocolID = payload.first
        afterProtocol = Array(payload.dropFirst().prefix(2))
    }

    /// PCI-SIG's vendor id where that is the registry and the id has its two bytes: `0x0001` PCI-SIG, `0x1e98` CXL.
    public var pciVendor: UInt16? {
        guard standard == .pciSIG, vendorID.count == 2 else { return nil }
        return UInt16(vendorID[0]) | UInt16(vendorID[1]) << 8
    }

    /// Whether PCI-SIG itself or the CXL Consortium defines what is inside: then it begins with the number of a
    /// protocol.
    public var isOfStandardsBody: Bool { pciVendor == 0x0001 || pciVendor == 0x1e98 }

    /// The protocol of a standards body that is inside; `nil` where some vendor defined what is inside.
    public var publishedProtocol: SPDMInnerProtocol? {
        guard let pciVendor, let protocolID else { return nil }
        return SPDMInnerProtocol(pciVendor: pciVendor, protocolID: protocolID)
    }

    /// The number of the message inside a published protocol; `nil` where there is none.
    public var innerCode: UInt8? {
        guard let publishedProtocol else { return nil }
        let index = publishedProtocol.messageOffset
        return afterProtocol.indices.contains(index) ? afterProtocol[index] : nil
    }

    /// The name of the message inside a published protocol, `LOCK_INTERFACE_REQUEST`; `nil` where it is not known.
    public var innerName: String? { innerCode.flatMap { publishedProtocol?.messageNames[$0] } }

    /// The vendor id in hexadecimal, PCI-SIG's as the number that it is: `10de`.
    public var vendorText: String { pciVendor?.hex(digits: 4) ?? vendorID.hexadecimal }
}

extension SPDMVendorDefined: CustomStringConvertible {
    /// `PCI-SIG 0001 TDISP LOCK_INTERFACE_REQUEST`, `PCI-SIG 10de`; of a longer vendor id the first eight bytes.
    public var description: String {
        let vendor =
            pciVendor?.hex(digits: 4)
            ?? (vendorID.prefix(8).hexadecimal + (vendorID.count > 8 ? "..." : ""))
        let words = [standard.description, vendor, publishedProtocol?.description, innerName]
        return words.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
