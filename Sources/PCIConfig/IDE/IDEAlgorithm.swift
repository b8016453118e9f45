/// How streams are encrypted (PCIe r6.0 7.9.26.2 and the control registers). One algorithm is defined so far.
public struct IDEAlgorithm: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// Five bits.
    public let rawValue: UInt8

    /// From its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// AES-GCM with a key of 256 bits and a MAC of 96.
    public static let aesGCM256 = IDEAlgorithm(rawValue: 0)

    /// `AES-GCM-256`, or `reserved 3`.
    public var description: String { self == .aesGCM256 ? "AES-GCM-256" : "reserved \(rawValue)" }
}
