public import DOEWords

/// What a letter sticks to until somebody acknowledges it: the device itself where it has a serial number, since a
/// poisoned medium moves with it to another slot, else the mailbox's name.
public enum TaintSubject: Hashable, Sendable, CustomStringConvertible {
    /// The whole host.
    case host
    /// A device, by its serial number.
    case serial(UInt64)
    /// A mailbox whose device has no serial number.
    case mailbox(MailboxName)

    /// The subject behind a mailbox. Serial numbers of all zeros and all ones are what devices without one show.
    public init(_ mailbox: MailboxIdentity) {
        if let serial = mailbox.serialNumber.value, serial != 0, serial != .max {
            self = .serial(serial)
        } else {
            self = .mailbox(mailbox.name)
        }
    }

    /// `host`, `serial 0000000000001234`, `mailbox sim:cxl`: as the ledger writes it.
    public var description: String {
        switch self {
        case .host: "host"
        case .serial(let serial): "serial \(serial.hex(digits: 16))"
        case .mailbox(let name): "mailbox \(name)"
        }
    }

    /// Parses what `description` prints.
    init?(_ words: ArraySlice<Substring>) {
        switch (words.first, words.dropFirst().first) {
        case ("host", nil): self = .host
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
