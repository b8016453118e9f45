/// What the witness sees of one way to reach a mailbox.
public struct RoadSight: Hashable, Sendable {
    /// How much of it is seen.
    public enum Degree: String, Hashable, Sendable, CaseIterable {
        /// All of it.
        case seen
        /// That it is used, and not all that is done on it.
        case partly
        /// This kernel lets nobody through.
        case closed
        /// Nothing of it.
        case notVisible = "not visible"
    }

    /// The way, in a few words: `sysfs config`, `/proc/bus/pci`, `vfio-pci`.
    public let way: String
    /// How much of it is seen.
    public let degree: Degree
    /// Why it is so, one sentence without a full stop.
    public let reason: String
    /// What an administrator can do about it; `nil` where there is nothing to be done.
    public let remedy: String?

    /// From its parts.
    public init(way: String, _ degree: Degree, reason: String, remedy: String? = nil) {
        self.way = way
        self.degree = degree
        self.reason = reason
        self.remedy = remedy
    }
}
