/// One line of `GetTaint`.
public struct TaintEntry: Codable, Hashable, Sendable {
    /// host, function or mailbox; device for one that nothing was raised on since boot.
    public var scope: String
    /// Which one.
    public var subject: String
    /// Letters since boot.
    public var sinceBoot: String
    /// Letters that nobody has acknowledged, from earlier boots too.
    public var unacknowledged: String
    /// When the first letter was raised, microseconds since 1970.
    public var first: Int64
    /// When a letter was last raised.
    public var last: Int64

    enum CodingKeys: String, CodingKey {
        case scope, subject, unacknowledged, first, last
        case sinceBoot = "since_boot"
    }

    /// An entry from its parts.
    public init(scope: String, subject: String, sinceBoot: String, unacknowledged: String, first: Int64, last: Int64) {
        self.scope = scope
        self.subject = subject
        self.sinceBoot = sinceBoot
        self.unacknowledged = unacknowledged
        self.first = first
        self.last = last
    }

    /// The shape on the wire.
    public struct Answer: Codable, Hashable, Sendable {
        /// The host's letters since boot.
        public var sinceBoot: String
        /// The host's letters that nobody has acknowledged.
        public var unacknowledged: String
        /// Every taint.
        public var taints: [TaintEntry]
        /// What is wrong with the ledger, or was at the start, sentences; empty where nothing is.
        public var ledger: [String]

        enum CodingKeys: String, CodingKey {
            case unacknowledged, taints, ledger
            case sinceBoot = "since_boot"
        }

        /// An answer.
        public init(sinceBoot: String, unacknowledged: String, taints: [TaintEntry], ledger: [String]) {
            self.sinceBoot = sinceBoot
            self.unacknowledged = unacknowledged
            self.taints = taints
            self.ledger = ledger
        }
    }
}
