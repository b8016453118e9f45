/// Numbers of an instance that are missing.
public struct Gap: Hashable, Sendable, Codable {
    /// On which machine; `nil` where the journal does not say.
    public let machine: String?
    /// 32 hexadecimal digits.
    public let instance: String
    /// The first missing number.
    public let first: UInt64
    /// The last missing number.
    public let last: UInt64

    init(_ key: TrailKey, _ range: ClosedRange<UInt64>) {
        machine = key.machine
        instance = key.instance
        first = range.lowerBound
        last = range.upperBound
    }

    /// How many records are missing.
    public var count: UInt64 { last - first + 1 }

    var key: TrailKey { TrailKey(machine: machine, instance: instance) }
}

/// A record whose DOE_CHAIN is not the digest of the record before it, so that one of the two was changed; or one
/// that shows by itself that it was.
public struct ChainBreak: Hashable, Sendable, Codable {
    /// On which machine; `nil` where the journal does not say.
    public let machine: String?
    /// 32 hexadecimal digits.
    public let instance: String
    /// The later record's number.
    public let sequence: UInt64
    /// Whether it is none that a daemon writes: a second value of a field, a DOE_ field that no record has, no
    /// MESSAGE_ID or another event's.
    public let isAltered: Bool
}

/// A number that two different records carry.
public struct NumberConflict: Hashable, Sendable, Codable {
    /// On which machine; `nil` where the journal does not say.
    public let machine: String?
    /// 32 hexadecimal digits.
    public let instance: String
    /// The number.
    public let sequence: UInt64
}
