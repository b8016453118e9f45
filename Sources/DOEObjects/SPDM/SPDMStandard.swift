/// The registry from which a vendor-defined message's vendor id is (DSP0274, registry or standards body id).
public struct SPDMStandard: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The registry's number.
    public let rawValue: UInt16

    /// A registry from its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// PCI-SIG, whose vendor ids also name CXL (1e98).
    public static let pciSIG = Self(rawValue: 3)
    /// DMTF again, by the number of the specification that defines the message (DSP0289: authorization).
    public static let dmtfSpecification = Self(rawValue: 11)

    /// The bodies that are known, by their numbers from 0 on.
    public static let knownNames = [
        "DMTF", "TCG", "USB", "PCI-SIG", "IANA", "HDBaseT", "MIPI", "CXL", "JEDEC", "VESA", "IANA-CBOR",
        "DMTF-DSP",
    ]

    /// The body's name; for a number nobody here knows, `standard 12`.
    public var description: String {
        Self.knownNames.indices.contains(Int(rawValue)) ? Self.knownNames[Int(rawValue)] : "standard \(rawValue)"
    }
}
