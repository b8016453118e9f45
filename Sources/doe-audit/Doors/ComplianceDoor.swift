/// A way to what compliance mode does that is not a mailbox, and whether anybody can go through. Nothing here is
/// judged or seen by the daemon: it is shut by other means, or named.
struct ComplianceDoor: Encodable, Hashable {
    /// Whether root can go through.
    enum State: String, Encodable, CaseIterable {
        case open, closed
        /// It could not be looked at, or depends on what could not be learned.
        case unknown
    }

    /// What closes it.
    enum Bar: String, Encodable, CaseIterable {
        /// The kernel is locked down.
        case lockdown
        /// How the kernel was built, or started.
        case configuration
        /// Nothing is there that it would lead to.
        case absence
        /// The device's own lock, until its next reset.
        case lock
    }

    /// The way, in a few words: `debugfs cxl/*/inject_poison`.
    let way: String
    let state: State
    /// `nil` where it is not closed.
    let closedBy: Bar?
    /// Why it is so, one sentence without a full stop.
    let reason: String
    /// How it is closed, or how to find out; `nil` where there is nothing to be done.
    let remedy: String?

    static func open(_ way: String, _ reason: String, close remedy: String) -> Self {
        Self(way: way, state: .open, closedBy: nil, reason: reason, remedy: remedy)
    }

    static func closed(_ way: String, by bar: Bar, _ reason: String) -> Self {
        Self(way: way, state: .closed, closedBy: bar, reason: reason, remedy: nil)
    }

    static func unknown(_ way: String, _ reason: String, findOut remedy: String?) -> Self {
        Self(way: way, state: .unknown, closedBy: nil, reason: reason, remedy: remedy)
    }
}
