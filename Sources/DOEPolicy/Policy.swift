public import DOEWords

/// The rules in force: an immutable snapshot, made whole or not at all.
public final class Policy: Sendable {
    /// Which policy this is; it stands in every record.
    public let identity: PolicyIdentity
    /// What was found that can be used, but not as it was meant on this host.
    public let warnings: [RuleWarning]
    /// The files in the order in which they were read.
    public let files: [String]

    let rules: [CompiledRule]
    let catalog: ObjectCatalog
    /// What a decision takes from a rule, apart from what it takes to find it.
    let effects: [RuleEffect]
    private let index: RuleIndex
    private let unknownIndexes = UnknownFactIndexes()
    let usedKeys: UInt32

    init(
        identity: PolicyIdentity, warnings: [RuleWarning], files: [String], rules: [CompiledRule],
        catalog: ObjectCatalog
    ) {
        self.identity = identity
        self.warnings = warnings
        self.files = files
        self.rules = rules
        self.catalog = catalog
        index = RuleIndex(rules)
        effects = rules.map { RuleEffect(verdict: $0.verdict, taint: $0.taint, reference: $0.reference) }
        usedKeys = rules.reduce(0) { keys, rule in rule.conditions.reduce(keys) { $0 | $1.key.bit } }
    }

    /// The policy where there is none: everything is refused.
    public static func denyAll(generation: UInt64) -> Policy {
        Policy(
            identity: PolicyIdentity(generation: generation, digest: digest(of: [])), warnings: [], files: [],
            rules: [], catalog: ObjectCatalog())
    }

    /// How many rules there are, object lines not counted.
    public var ruleCount: Int { rules.count }

    /// The class and the name of an object under this policy's object lines.
    public func classify(_ object: ObjectID) -> (objectClass: ObjectClass, name: String) { catalog.classify(object) }

    /// Which rule decides, if any.
    enum Deciding {
        case rule(Int)
        case unknown(RuleKey, Int)
        case nothing
    }

    func deciding(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Deciding {
        let unknown = inquiry.unknownKeys & usedKeys
        guard unknown != 0 else { return index.first(inquiry, subject).map(Deciding.rule) ?? .nothing }
        // Something that rules ask for could not be learned. That ends in a refusal, unless the first rule that may
        // match needs nothing of it.
        guard let first = unknownIndexes.index(for: unknown, rules).first(inquiry, subject) else { return .nothing }
        if case .unknown(let key) = rules[first].outcome(inquiry, subject) { return .unknown(key, first) }
        return .rule(first)
    }

    /// SHA-256 over each file's name, a zero byte and the SHA-256 of its text.
    static func digest(of files: [RuleFile]) -> SHA256Digest {
        var content: [UInt8] = []
        for file in files {
            content += Array(file.path.utf8) + [0] + SHA256Digest(of: file.text.utf8).bytes
        }
        return SHA256Digest(of: content)
    }
}
