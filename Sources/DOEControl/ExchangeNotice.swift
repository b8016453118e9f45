/// What an aware client learns of its last exchange: the answer to the SPDM socket's `explain` command, as JSON.
public struct ExchangeNotice: Codable, Hashable, Sendable {
    /// The mailbox.
    public var mailbox: String
    /// `1e98:02`; absent where the request was no object.
    public var object: String?
    /// The object's name.
    public var name: String
    /// Its class.
    public var `class`: String
    /// allow, warn or deny.
    public var verdict: String
    /// `FILE:LINE`, `gatekeeper`, `default`, or the part of the daemon that could not do its duty.
    public var rule: String
    /// The sentence that a person reads.
    public var reason: String
    /// How it ended, the word of DOE_STATUS.
    public var status: String
    /// The letters that this exchange raised.
    public var taint: String
    /// The record's number; absent where no record could be kept, and so nothing was sent.
    public var sequence: Int64?
    /// The ring's instance, within which the number counts.
    public var instance: String?

    /// A notice from its parts.
    public init(
        mailbox: String, object: String?, name: String, class: String, verdict: String, rule: String, reason: String,
        status: String, taint: String, sequence: Int64?, instance: String?
    ) {
        self.mailbox = mailbox
        self.object = object
        self.name = name
        self.class = `class`
        self.verdict = verdict
        self.rule = rule
        self.reason = reason
        self.status = status
        self.taint = taint
        self.sequence = sequence
        self.instance = instance
    }
}
