public import DOEWords

/// What a letter sticks to until somebody acknowledges it: the device itself where it has a serial number, since a
/// poisoned medium moves with it to another slot, else the mailbox's name.
public enum TaintSubject: Hashable, Sendable, CustomStringConvertible {
    /// The whole host.
    case host
    /// A device, by its ids and its serial number: the number alone is the vendor's to give, and anybody's to copy.
    case device(PCIDeviceID, serial: UInt64)
    /// A device by its serial number alone, as 0.1.0 kept it. Nothing is raised on it any more.
    case serial(UInt64)
    /// A mailbox whose device has no serial number, or has ids that could not be read.
    case mailbox(MailboxName)

    /// The subject behind a mailbox. Serial numbers of all zeros and all ones are what devices without one show.
    public init(_ mailbox: MailboxIdentity) {
        if let serial = mailbox.serialNumber.value, serial != 0, serial != .max, let device = mailbox.device.value {
            self = .device(device, serial: serial)
        } else {
            self = .mailbox(mailbox.name)
        }
    }

    /// As a person names it: `host`, `8086:0d93:0000000000001234`, `serial:0000000000001234`, `sim:cxl`.
    public var name: String {
        switch self {
        case .host: "host"
        case .device(let device, let serial): "\(device):\(serial.hex(digits: 16))"
        case .serial(let serial): "serial:\(serial.hex(digits: 16))"
        case .mailbox(let name): name.description
        }
    }

    /// Parses a name as `name` has it, but a mailbox's; anything else is `nil`.
    init?(deviceNamed text: some StringProtocol) {
        let digits = text.suffix(16)
        guard let serial = UInt64(lowercaseHex: digits, digits: 16...16) else { return nil }
        let before = text.dropLast(16)
        if before == "serial:" {
            self = .serial(serial)
        } else if before.last == ":", let device = PCIDeviceID(before.dropLast()) {
            self = .device(device, serial: serial)
        } else {
            return nil
        }
    }

    /// `host`, `device 8086:0d93:0000000000001234`, `serial 0000000000001234`, `mailbox sim:cxl`: as the ledger
    /// writes it.
    public var description: String {
        switch self {
        case .host: "host"
        case .device: "device \(name)"
        case .serial(let serial): "serial \(serial.hex(digits: 16))"
        case .mailbox(let name): "mailbox \(name)"
        }
    }

    /// Parses what `description` prints.
    init?(_ words: ArraySlice<Substring>) {
        switch (words.first, words.dropFirst().first) {
        case ("host", nil): self = .host
        case ("device", let name?):
            guard words.count == 2, let subject = TaintSubject(deviceNamed: name), case .device = subject else {
                return nil
            }
            self = subject
        case ("serial", let digits?):
            guard words.count == 2, let serial = UInt64(lowercaseHex: digits, digits: 16...16) else { return nil }
            self = .serial(serial)
        case ("mailbox", let name?):
            guard words.count == 2, let name = MailboxName(name) else { return nil }
            self = .mailbox(name)
        default: return nil
        }
    }
}
