internal import DOELinux

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
    /// The server stops: nothing new may be begun. `true` where something is still owed to the other end.
    func windUp() -> Bool
}

extension Endpoint {
    var interest: EventPoll.Interest { .readable }
    var deadline: UInt64? { nil }
    func expired() -> Bool { true }
    func windUp() -> Bool { false }
}
