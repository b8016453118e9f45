/// Which address bits of a memory request's header a stream encrypts (PCIe r6.0 7.9.26.4.1 and 7.9.26.5.2).
public struct IDEHeaderEncryption: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// Four bits.
    public let rawValue: UInt8

    /// From its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Headers stay readable.
    public static let none = IDEHeaderEncryption(rawValue: 0)

    /// `none`, the range of address bits as in `17:2`, or `reserved 9`.
    public var description: String {
        switch rawValue {
        case 0: "none"
        case 1...4: "\(9 + 8 * rawValue):2"
        default: "reserved \(rawValue)"
        }
    }
}
