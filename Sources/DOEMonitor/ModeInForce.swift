public import DOEWords

/// The mode of a host, from the daemon's start to its end. It begins as the facts say, and can only go down:
///
/// bring-up ── one of the facts no longer holds ── production
///
/// Pure.
public struct ModeInForce: Hashable, Sendable {
    /// The mode.
    public private(set) var mode: Mode
    /// Why, a part of a sentence.
    public private(set) var reason: String

    init(_ facts: ModeFacts) {
        mode = facts.mode
        reason = facts.reason
    }

    /// Takes what the facts are now, at a time in microseconds since 1970; `true` where the mode goes down.
    mutating func take(_ facts: ModeFacts, at time: UInt64) -> Bool {
        guard mode == .bringUp, facts.mode == .production else { return false }
        mode = .production
        reason =
            "it was bring-up until \(Timestamp(microseconds: time).point), and only goes down; "
            + "then: \(facts.reason)"
        return true
    }
}
