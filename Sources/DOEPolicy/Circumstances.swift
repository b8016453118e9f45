public import DOEWords

/// What may change between the judgement and the first dword, and is looked at again there.
public struct Circumstances: Hashable, Sendable {
    /// What kind of host this is.
    public var mode: Mode
    /// The mailbox's lease; `nil` where it has none.
    public var lease: LeaseStanding?

    /// Circumstances from their parts.
    public init(mode: Mode, lease: LeaseStanding? = nil) {
        self.mode = mode
        self.lease = lease
    }
}
