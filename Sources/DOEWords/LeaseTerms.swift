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
    /// How long a reason can be, bytes of UTF-8.
    public static let reasonByteLimit = 256

    /// Throws what is wrong with them.
    public init(holder: LeaseHolder, seconds: Int, reason: String) throws(Obstacle) {
        guard Self.allowedSeconds.contains(seconds) else {
            throw Obstacle(
                "a lease is for 1 second to 24 hours, not \(seconds) seconds", remedy: "ask for less at a time")
        }
        // Its length first: what it costs to compare a text may grow with the square of that.
        guard reason.utf8.count <= Self.reasonByteLimit, reason == reason.printable else {
            throw Obstacle(
                "a lease's reason is one line of characters that can be seen, \(Self.reasonByteLimit) bytes at most",
                remedy: "say it shorter, without control characters")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw Obstacle("a lease needs a reason", remedy: "say what it is for: a ticket, a test's name")
        }
        self.holder = holder
        self.seconds = seconds
        self.reason = reason
    }
}
