/// What the witness sees at the moment: `GetStatus`, and with each road `GetSight`.
public struct SightEntry: Codable, Hashable, Sendable {
    /// Since when it sees, or since when it is blind; microseconds since 1970.
    public var since: Int64
    /// While it sees: since when nobody had looked before `since`; microseconds since 1970.
    public var unseenSince: Int64?
    /// Why it is blind; absent while it sees.
    public var blind: String?
    /// What to do about that, where something can be done.
    public var remedy: String?
    /// Events that were lost since the start of the daemon.
    public var missed: Int64

    enum CodingKeys: String, CodingKey {
        case since, blind, remedy, missed
        case unseenSince = "unseen_since"
    }

    /// An entry from its parts.
    public init(since: Int64, unseenSince: Int64? = nil, blind: String?, remedy: String?, missed: Int64) {
        self.since = since
        self.unseenSince = unseenSince
        self.blind = blind
        self.remedy = remedy
        self.missed = missed
    }

    /// The shape on the wire.
    public struct Answer: Codable, Hashable, Sendable {
        /// What it sees; absent where it is switched off.
        public var sight: SightEntry?
        /// Each way to a mailbox, in the order in which they matter; empty where it is switched off.
        public var roads: [RoadEntry]

        /// An answer.
        public init(sight: SightEntry?, roads: [RoadEntry]) {
            self.sight = sight
            self.roads = roads
        }
    }
}
