/// In what the payload is wrapped: the second of a frame's three header words.
public struct SPDMTransport: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number on the wire.
    public let rawValue: UInt32

    /// A transport from its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nothing.
    public static let none = Self(rawValue: 0)
    /// An MCTP message.
    public static let mctp = Self(rawValue: 1)
    /// A DOE data object with its 8-byte header: the one that this project speaks.
    public static let pciDOE = Self(rawValue: 2)
    /// Two things: DSP0287's TCP header to emulators, SCSI's security protocol (DSP0286) to QEMU.
    public static let tcpOrSCSI = Self(rawValue: 3)
    /// NVMe's security send and receive (DSP0286), to QEMU.
    public static let nvme = Self(rawValue: 4)

    private static let names: [Self: String] = [
        .none: "none", .mctp: "MCTP", .pciDOE: "PCI DOE", .tcpOrSCSI: "TCP or SCSI", .nvme: "NVMe",
    ]

    /// The transport's name; for one nobody here knows, its number.
    public var description: String { Self.names[self] ?? "\(rawValue)" }
}
