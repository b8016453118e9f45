public import DOEWords

/// Letters that nobody had raised before, since boot or since the last acknowledgement.
public struct TaintNews: Hashable, Sendable {
    /// The new letters.
    public let letters: TaintLetters
    /// Where; `nil` for the host alone.
    public let mailbox: MailboxName?

    /// News of letters; without any there is none.
    public init?(_ letters: TaintLetters, mailbox: MailboxName?) {
        guard !letters.isEmpty else { return nil }
        self.letters = letters
        self.mailbox = mailbox
    }

    /// Whether a device of this host can have been touched, or the host is meant: what happens on simulated and remote
    /// mailboxes is of no interest to its kernel.
    public var concernsKernel: Bool { mailbox == nil || mailbox?.kind == .real }

    /// The line for the kernel log: `0000:0d:00.0@190 is tainted: C (compliance mode through DOE was attempted)`.
    public var kernelLogLine: String {
        let words = letters.meanings.map { "\($0.character) (\($0.meaning))" }.joined(separator: ", ")
        return "\(mailbox.map(\.description) ?? "this host") is tainted: \(words)"
    }
}
