/// The PCI vendor and device id of a function: `8086:0d93`.
public struct PCIDeviceID: Hashable, Sendable, CustomStringConvertible {
    /// Vendor id, config space offset 0.
    public let vendor: UInt16
    /// Device id, config space offset 2.
    public let device: UInt16

    /// An id from its numbers.
    public init(vendor: UInt16, device: UInt16) {
        self.vendor = vendor
        self.device = device
    }

    /// Parses `VVVV:DDDD` in lower-case hexadecimal; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let vendor = UInt16(lowercaseHex: parts[0], digits: 4...4),
            let device = UInt16(lowercaseHex: parts[1], digits: 4...4)
        else { return nil }
        self.init(vendor: vendor, device: device)
    }

    /// `8086:0d93`
    public var description: String { "\(vendor.hex(digits: 4)):\(device.hex(digits: 4))" }
}
