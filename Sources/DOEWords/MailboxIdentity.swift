/// A mailbox and what is known of the function behind it, as rules and records name it.
public struct MailboxIdentity: Hashable, Sendable {
    /// The mailbox.
    public let name: MailboxName
    /// Vendor and device id; `none` for a remote mailbox.
    public var device: Fact<PCIDeviceID>
    /// Class code, 24 bits: class, subclass, programming interface (`050210` is a CXL memory device).
    public var pciClass: Fact<UInt32>
    /// The driver that is bound to the function; `none` where none is.
    public var driver: Fact<String>
    /// The device serial number capability's 64 bits; `none` where there is no such capability.
    public var serialNumber: Fact<UInt64>

    /// An identity from what was read; what is left out does not exist.
    public init(
        name: MailboxName, device: Fact<PCIDeviceID> = .none, pciClass: Fact<UInt32> = .none,
        driver: Fact<String> = .none, serialNumber: Fact<UInt64> = .none
    ) {
        self.name = name
        self.device = device
        self.pciClass = pciClass
        self.driver = driver
        self.serialNumber = serialNumber
    }

    /// The serial number as lspci prints it, eight bytes from the highest: `00-00-00-00-00-00-12-34`.
    public var serialText: Fact<String> {
        serialNumber.map { serial in
            var text = ""
            text.reserveCapacity(23)
            for place in 0..<8 {
                if place > 0 { text += "-" }
                text += UInt8(truncatingIfNeeded: serial >> (56 - 8 * place)).hex(digits: 2)
            }
            return text
        }
    }

    /// The number of such a text; `nil` for any other text.
    public static func serialNumber(of text: some StringProtocol) -> UInt64? {
        let bytes = text.split(separator: "-", omittingEmptySubsequences: false).map {
            UInt8(lowercaseHex: $0, digits: 2...2)
        }
        guard bytes.count == 8 else { return nil }
        return bytes.reduce(0) { number, byte in number.flatMap { number in byte.map { number << 8 | UInt64($0) } } }
    }
}
