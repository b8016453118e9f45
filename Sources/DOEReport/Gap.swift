/// Numbers of an instance that are missing between others.
public struct Gap: Hashable, Sendable, Codable {
    /// 32 hexadecimal digits.
    public let instance: String
    /// The first missing number.
    public let first: UInt64
    /// The last missing number.
    public let last: UInt64

    /// How many records are missing.
    public var count: UInt64 { last - first + 1 }
}

/// A record whose DOE_CHAIN is not the digest of the record before it: one of the two was changed.
public struct ChainBreak: Hashable, Sendable, Codable {
    /// 32 hexadecimal digits.
    public let instance: String
    /// The later record's number.
    public let sequence: UInt64
}
