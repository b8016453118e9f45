/// What `GetPolicy` takes.
public struct PolicyPageRequest: ControlParameters, Hashable {
    /// The keys on the wire.
    public static let names = ["first"]

    /// The line to begin with, counted from 0 over object lines, set lines and rules; the first where it is absent.
    public var first: Int?

    /// A request.
    public init(first: Int? = nil) { self.first = first }
}

/// `GetPolicy`'s answer: the policy in force, and some of its lines.
public struct PolicyPage: Codable, Hashable, Sendable {
    /// The policy; only pages of one generation belong together.
    public var policy: PolicySummary
    /// What was counted.
    public var hits: PolicyHits
    /// The lines, object lines first, then set lines, each in the order in which it counts.
    public var lines: [PolicyLine]
    /// The line with which the next page begins; absent after the last.
    public var next: Int?

    /// A page from its parts.
    public init(policy: PolicySummary, hits: PolicyHits, lines: [PolicyLine], next: Int?) {
        self.policy = policy
        self.hits = hits
        self.lines = lines
        self.next = next
    }
}

/// How often it was not a rule that decided.
public struct PolicyHits: Codable, Hashable, Sendable {
    /// Since when decisions are counted, microseconds since 1970; those of the rules too.
    public var since: Int64
    /// Refused by the gatekeeper, before any rule.
    public var gatekeeper: Int64
    /// Refused since no rule matched.
    public var defaultDeny: Int64
    /// Refused since a rule needed a fact that could not be learned.
    public var unknownFact: Int64

    enum CodingKeys: String, CodingKey {
        case since, gatekeeper
        case defaultDeny = "default"
        case unknownFact = "unknown_fact"
    }

    /// Counts from their parts.
    public init(since: Int64, gatekeeper: Int64, defaultDeny: Int64, unknownFact: Int64) {
        self.since = since
        self.gatekeeper = gatekeeper
        self.defaultDeny = defaultDeny
        self.unknownFact = unknownFact
    }
}

/// An object line, a set line or a rule.
public struct PolicyLine: Codable, Hashable, Sendable {
    /// object, set or rule.
    public var kind: String
    /// The file's path.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// As it is written, without its comment.
    public var text: String
    /// How often the rule has decided; absent for the other two.
    public var hits: Int64?
    /// Of an object line that names kernels: whether its objects are kernel-expected.
    public var kernelExpected: Bool?
    /// And why.
    public var kernelReason: String?

    enum CodingKeys: String, CodingKey {
        case kind, file, line, text, hits
        case kernelExpected = "kernel_expected"
        case kernelReason = "kernel_reason"
    }

    /// A line from its parts.
    public init(
        kind: String, file: String, line: Int, text: String, hits: Int64? = nil, kernelExpected: Bool? = nil,
        kernelReason: String? = nil
    ) {
        self.kind = kind
        self.file = file
        self.line = line
        self.text = text
        self.hits = hits
        self.kernelExpected = kernelExpected
        self.kernelReason = kernelReason
    }
}
