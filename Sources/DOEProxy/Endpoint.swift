internal import DOELinux
internal import DOEWords

/// Something that the server's loop waits for. All of it happens on the loop's thread.
protocol Endpoint: AnyObject {
    /// What is waited for.
    var descriptor: Descriptor { get }
    /// What to wait for now.
    var interest: EventPoll.Interest { get }
    /// Monotonic time in microseconds at which `expired` is to be called; `nil` for never.
    var deadline: UInt64? { get }
    /// Something happened; `false` ends the endpoint.
    func handle(_ what: EventPoll.Interest) -> Bool
    /// The deadline has passed; `false` ends the endpoint.
    func expired() -> Bool
    /// Whether there is something to do as soon as the answer to the exchange under way is there.
    var awaitsAnswer: Bool { get }
    /// The server stops: nothing new may be begun. `true` where something is still owed to the other end.
    func windUp() -> Bool
    /// The name of its client has come late, and it is charged to that one from now on.
    func isNamed(_ learned: LearnedClient, chargedTo holder: AccountHolder)
    /// How it rests, if it does: then it may be let go where its place is needed.
    var rest: Rest? { get }
    /// Whether something has come that was not read yet.
    var hasIncoming: Bool { get }
    /// It is let go: tells the other end so.
    func sayGoodbye()
    /// The connection, where the endpoint has ended in order and the other end is to hear its last frame before the
    /// close.
    var lingering: ConnectionStream? { get }
}

extension Endpoint {
    var interest: EventPoll.Interest { .readable }
    var deadline: UInt64? { nil }
    var awaitsAnswer: Bool { false }
    func expired() -> Bool { true }
    func windUp() -> Bool { false }
    func isNamed(_ learned: LearnedClient, chargedTo holder: AccountHolder) {}
    var rest: Rest? { nil }
    var hasIncoming: Bool { true }
    func sayGoodbye() {}
    var lingering: ConnectionStream? { nil }
}
