/// Where an SPDM socket listens.
public enum SPDMSocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// A Unix socket's path.
    case unix(String)
    /// A numeric IPv4 address and a port.
    case tcp(String, port: UInt16)

    /// Reads a path (it has a `/`) or `127.0.0.1:2323`; anything else is `nil`.
    public init?(_ text: String) {
        if text.contains("/") {
            self = .unix(text)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isNumber(parts[1]), let port = UInt16(parts[1]), port > 0,
            Self.isNumericAddress(parts[0])
        else { return nil }
        self = .tcp(String(parts[0]), port: port)
    }

    /// The path, or `127.0.0.1:2323`.
    public var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let address, let port): "\(address):\(port)"
        }
    }

    /// Whether it can be reached from this host alone: a Unix socket, or an address of 127.0.0.0/8.
    public var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let address, _): address.hasPrefix("127.")
        }
    }

    private static func isNumericAddress(_ text: Substring) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { isNumber($0) && UInt8($0) != nil }
    }

    /// Digits alone, and none in front that would make it another number elsewhere: `010` is 8 to inet_aton(3).
    private static func isNumber(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && (text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"))
    }
}
