/// A stream's status register (PCIe r6.0 7.9.26.4.2 for link streams, 7.9.26.5.3 for selective ones).
public struct IDEStreamStatus: RawRepresentable, Hashable, Sendable {
    /// The register.
    public let rawValue: UInt32

    /// From the register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Whether it protects anything now.
    public var state: IDEStreamState { IDEStreamState(rawValue.bits(0, count: 4)) }
    /// Whether the other end has said that it saw an error on this stream ("Received Integrity Check Fail Message",
    /// later "Received IDE Fail Message"). Stays until software clears it.
    public var receivedFailMessage: Bool { rawValue.bit(31) }
}
