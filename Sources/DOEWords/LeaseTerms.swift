/// What a lease is asked for with, checked.
public struct LeaseTerms: Hashable, Sendable {
    /// Whom it is for.
    public let holder: LeaseHolder
    /// For how long, seconds.
    public let seconds: Int
    /// Why, as whoever asked for it says.
    public let reason: String

    /// For how long a lease can be.
    public static let allowedSeconds = 1...86_400

    /// Throws what is wrong with them.
    public init(holder: LeaseHolder, seconds: Int, reason: String) throws(Obstacle) {
        guard Self.allowedSeconds.contains(seconds) else {
            throw Obstacle(
                "a lease is for 1 second to 24 hours, not \(seconds) seconds", remedy: "ask for less at a time")
        }
        self.holder = holder
        self.seconds = seconds
        self.reason = try StatedReason(reason, for: "a lease").text
    }
}
