/// Whether a stream protects what it carries (PCIe r6.0 7.9.26.4.2 and 7.9.26.5.3).
///
/// Public sources disagreed: early versions of lspci took 1 for secure. It is 2, as later versions and Intel's TEE-IO
/// validator have it; 1 is reserved.
public enum IDEStreamState: Hashable, Sendable, CustomStringConvertible {
    /// No keys, or an error was seen: nothing is protected.
    case insecure
    /// Keys are set and in use.
    case secure
    /// A number without a meaning.
    case reserved(UInt8)

    /// From the register's lowest four bits.
    init(_ bits: UInt8) {
        switch bits {
        case 0: self = .insecure
        case 2: self = .secure
        default: self = .reserved(bits)
        }
    }

    /// `insecure`, `secure`, or `reserved 1`.
    public var description: String {
        switch self {
        case .insecure: "insecure"
        case .secure: "secure"
        case .reserved(let bits): "reserved \(bits)"
        }
    }
}
