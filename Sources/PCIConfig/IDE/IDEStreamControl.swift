/// A stream's control register: what software asked for (PCIe r6.0 7.9.26.4.1 for link streams, 7.9.26.5.2 for selective
/// ones). The fields here are those that both have.
///
/// There is no bit for a key refresh: keys of PCIe streams are changed by IDE_KM messages alone. lspci shows the enable
/// bit (0) as PCRC for link streams; its own header and Linux have PCRC at bit 8 for both kinds, as it is here.
public struct IDEStreamControl: RawRepresentable, Hashable, Sendable {
    /// The register.
    public let rawValue: UInt32

    /// From the register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Whether the stream was switched on. That it protects anything only its status says.
    public var isEnabled: Bool { rawValue.bit(0) }
    /// Whether the XT mode is on; reserved in r6.0.
    public var isXTEnabled: Bool { rawValue.bit(1) }
    /// How many packets go under one MAC.
    public var aggregation: IDEAggregation { IDEAggregation(control: rawValue) }
    /// Whether a checksum over the plain text is inside.
    public var isPlaintextCRCEnabled: Bool { rawValue.bit(8) }
    /// Which part of headers is encrypted.
    public var headerEncryption: IDEHeaderEncryption { IDEHeaderEncryption(rawValue: rawValue.bits(10, count: 4)) }
    /// The algorithm that was chosen.
    public var algorithm: IDEAlgorithm { IDEAlgorithm(rawValue: rawValue.bits(14, count: 5)) }
    /// The traffic class, 0 to 7.
    public var trafficClass: UInt8 { rawValue.bits(19, count: 3) }
    /// The stream's number on the wire; its two ends have the same.
    public var streamID: UInt8 { rawValue.bits(24, count: 8) }
}
