/// A reload that has begun and not ended: what somebody who waits for another one is told.
public struct ReloadUnderWay: Sendable {
    /// What it is at.
    public enum Step: String, Sendable {
        /// Files, and names of users and groups.
        case reading
        /// What came of it, into the trail.
        case recording
    }

    /// Who wanted it.
    public let asker: PolicyLoad.Asker
    /// Since when, microseconds since 1970.
    public let since: UInt64
    /// What it is at.
    public internal(set) var step: Step
    /// How many come after it, as far as they have been asked for.
    public internal(set) var waiting: Int
}
