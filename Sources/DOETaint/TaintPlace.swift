public import DOEWords

/// Where a letter sticks, in the view since boot.
public enum TaintPlace: Hashable, Sendable, CustomStringConvertible {
    /// The whole host.
    case host
    /// One PCI function.
    case function(FunctionAddress)
    /// One mailbox.
    case mailbox(MailboxName)

    /// All places where a letter sticks that is raised on a mailbox; without one, the host alone.
    static func all(of mailbox: MailboxIdentity?) -> [TaintPlace] {
        guard let mailbox else { return [.host] }
        guard let address = mailbox.name.address else { return [.host, .mailbox(mailbox.name)] }
        return [.host, .mailbox(mailbox.name), .function(address)]
    }

    /// `host`, `function 0000:0d:00.0`, `mailbox 0000:0d:00.0@190`: as the ledger writes it.
    public var description: String {
        switch self {
        case .host: "host"
        case .function(let address): "function \(address)"
        case .mailbox(let name): "mailbox \(name)"
        }
    }

    /// Parses what `description` prints.
    init?(_ words: ArraySlice<Substring>) {
        switch (words.first, words.dropFirst().first) {
        case ("host", nil): self = .host
        case ("function", let address?):
            guard words.count == 2, let address = FunctionAddress(address) else { return nil }
            self = .function(address)
        case ("mailbox", let name?):
            guard words.count == 2, let name = MailboxName(name) else { return nil }
            self = .mailbox(name)
        default: return nil
        }
    }
}
