/// What the server's loop does besides serving.
public protocol LoopDuty: AnyObject {
    /// Called once a turn; returns when it wants to be called again at the latest, on the monotonic clock in
    /// microseconds, or `nil` when it need not be.
    func perform() -> UInt64?
}
