/// The address of one PCI function as Linux writes it: `0000:0d:00.0`.
///
/// The domain has at least four hexadecimal digits; VMD and Hyper-V use more (`10000:e1:00.0`).
public struct FunctionAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// PCI domain (segment), 0 on most hosts.
    public let domain: UInt32
    /// Bus number.
    public let bus: UInt8
    /// Device number, 0 to 31.
    public let device: UInt8
    /// Function number, 0 to 7.
    public let function: UInt8

    /// An address from its numbers; `nil` where device is above 31 or function above 7.
    public init?(domain: UInt32 = 0, bus: UInt8, device: UInt8, function: UInt8) {
        guard device < 32, function < 8 else { return nil }
        self.domain = domain
        self.bus = bus
        self.device = device
        self.function = function
    }

    /// Parses sysfs' own spelling (lower case, leading zeros); anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let last = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard last.count == 2,
            // Four digits, and more only where they are needed: one address has one spelling.
            parts[0].utf8.count == 4 || parts[0].utf8.first != UInt8(ascii: "0"),
            let domain = UInt32(lowercaseHex: parts[0], digits: 4...8),
            let bus = UInt8(lowercaseHex: parts[1], digits: 2...2),
            let device = UInt8(lowercaseHex: last[0], digits: 2...2),
            let function = UInt8(lowercaseHex: last[1], digits: 1...1)
        else { return nil }
        self.init(domain: domain, bus: bus, device: device, function: function)
    }

    /// `0000:0d:00.0`
    public var description: String {
        "\(domain.hex(digits: 4)):\(bus.hex(digits: 2)):\(device.hex(digits: 2)).\(function)"
    }

    /// Sorted as lspci sorts: domain, bus, device, function.
    public static func < (left: Self, right: Self) -> Bool {
        (left.domain, left.bus, left.device, left.function) < (right.domain, right.bus, right.device, right.function)
    }
}
