public import DOEWords

/// How often somebody was seen to do one thing past the proxy.
public struct ObservedCount: Hashable, Sendable, Encodable {
    /// DOE_ROAD.
    public let road: String?
    /// DOE_MAILBOX, or the function where it was no mailbox.
    public let place: String?
    /// DOE_OBJECT; `nil` of writes to other registers, and where too little was seen.
    public let object: String?
    /// DOE_OBJECT_NAME.
    public let name: String?
    /// DOE_STATUS: how it ended.
    public let status: String?
    /// Who did it.
    public let client: String?
    /// DOE_WOULD: what would have been decided.
    public let would: String?
    /// How often; 0 in a key.
    public internal(set) var count = 0
    /// When first; `nil` in a key.
    public internal(set) var first: Timestamp?
    /// When last; `nil` in a key.
    public internal(set) var last: Timestamp?
}
