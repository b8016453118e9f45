/// One way to a mailbox, and what the witness sees of it.
public struct RoadEntry: Codable, Hashable, Sendable {
    /// The way, in a few words: `sysfs config`.
    public var way: String
    /// seen, partly, closed or not visible.
    public var degree: String
    /// Why it is so.
    public var reason: String
    /// What an administrator can do about it; absent where there is nothing to be done.
    public var remedy: String?

    /// An entry from its parts.
    public init(way: String, degree: String, reason: String, remedy: String?) {
        self.way = way
        self.degree = degree
        self.reason = reason
        self.remedy = remedy
    }
}
