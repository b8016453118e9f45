public import DOEObjects
public import DOEWords

/// What a client gets: the response or nothing, and for an aware client why.
public struct Reply: Sendable, Hashable {
    /// The response; `nil` where the exchange was refused or failed.
    public let response: DataObject?
    /// The answer to a command beside the objects, which may be empty; `nil` where that was refused or failed.
    public let outOfBandAnswer: [UInt8]?
    /// The mailbox.
    public let mailbox: MailboxName
    /// The object; `nil` where the request was none.
    public let object: ObjectID?
    /// The object's name.
    public let objectName: String
    /// Its class.
    public let objectClass: ObjectClass
    /// allow, warn or deny.
    public let verdict: Verdict
    /// The word of DOE_RULE.
    public let rule: String
    /// The sentence that a person reads.
    public let reason: String
    /// The word of DOE_STATUS.
    public let status: String
    /// The letters that this exchange raised.
    public let taint: TaintLetters
    /// The record's number; `nil` where no record could be kept.
    public let sequence: UInt64?
}
