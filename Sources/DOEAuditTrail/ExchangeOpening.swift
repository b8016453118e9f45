public import DOERecord
public import DOEWords

/// What an exchange is recorded by before the device is touched: who asked for what, and what was decided.
///
/// The ring takes it as numbers and as the names' own bytes, without a text being made of anything: the record of all
/// this is made once, where the exchange is closed. Should the daemon die before, the next one makes it of what
/// stands here.
public struct ExchangeOpening: Hashable, Sendable {
    /// What kind of event it is so far.
    public var event: Event
    /// How loud that is.
    public var priority: Priority
    /// The mailbox, and the function behind it.
    public var mailbox: MailboxIdentity
    /// Who asked.
    public var client: Client
    /// What for; `nil` where there were too few bytes for an object.
    public var object: ObjectID?
    /// The object's name.
    public var objectName: String
    /// What the object is.
    public var objectClass: ObjectClass
    /// DOE_SPDM
    public var spdm: String?
    /// DOE_COMPLIANCE
    public var compliance: String?
    /// The request's size.
    public var requestBytes: Int
    /// Its SHA-256.
    public var requestDigest: SHA256Digest
    /// What was decided.
    public var verdict: Verdict
    /// What the policy said where something else is done.
    public var would: Verdict?
    /// The word of DOE_RULE: who decided.
    public var rule: String
    /// Under which policy: how often one was loaded, and its SHA-256.
    public var policy: (generation: UInt64, digest: SHA256Digest) {
        get { (policyGeneration, policyDigest) }
        set { (policyGeneration, policyDigest) = newValue }
    }
    /// In which mode.
    public var mode: Mode
    /// Whether it is answered from a copy, and the device is not asked.
    public var isCopied = false
    /// The letters that are about to be raised, and that of the abort where something may be sent.
    public var taint: TaintLetters = []
    /// The lease's id.
    public var lease: String?

    var policyGeneration: UInt64
    var policyDigest: SHA256Digest

    /// One with what there always is; the rest is set where it applies.
    public init(
        _ event: Event, priority: Priority, mailbox: MailboxIdentity, client: Client, object: ObjectID?,
        objectName: String, objectClass: ObjectClass, requestBytes: Int, requestDigest: SHA256Digest, verdict: Verdict,
        rule: String, policy: (generation: UInt64, digest: SHA256Digest), mode: Mode
    ) {
        self.event = event
        self.priority = priority
        self.mailbox = mailbox
        self.client = client
        self.object = object
        self.objectName = objectName
        self.objectClass = objectClass
        self.requestBytes = requestBytes
        self.requestDigest = requestDigest
        self.verdict = verdict
        self.rule = rule
        (policyGeneration, policyDigest) = policy
        self.mode = mode
    }
}
