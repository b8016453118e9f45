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
        guard parts.count == 2, let port = UInt16(parts[1]), port > 0, Self.isNumericAddress(parts[0]) else {
            return nil
        }
        self = .tcp(String(parts[0]), port: port)
    }

    /// The path, or `127.0.0.1:2323`.
    public var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let address, let port): "\(address):\(port)"
        }
    }

    private static func isNumericAddress(_ text: Substring) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4
            && numbers.allSatisfy { number in
                number.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt8(number) != nil
            }
    }
}
