public import DOEWords

/// The rules in force: an immutable snapshot, made whole or not at all.
public final class Policy: Sendable {
    /// Which policy this is; it stands in every record.
    public let identity: PolicyIdentity
    /// What was found that can be used, but not as it was meant on this host.
    public let warnings: [RuleWarning]
    /// The files in the order in which they were read.
    public let files: [String]

    /// Every object line, as it is written, in the order in which they were read.
    public let objectLines: [RuleReference]

    /// Every set line, as it is written, in the order in which they were read.
    public let setLines: [RuleReference]

    /// Set lines that no rule names.
    let unusedSets: [RuleReference]
    /// Paths of programs at which nothing stands on this host.
    let absentPrograms: [RuleWarning]
    let rules: [CompiledRule]
    let catalog: ObjectCatalog
    /// Where each rule stands.
    private let texts: RuleReference.Table
    private let index: RuleIndex
    private let unknownIndexes = UnknownFactIndexes()
    let usedKeys: UInt32

    init(
        identity: PolicyIdentity, warnings: [RuleWarning], files: [String], rules: [CompiledRule],
        objectLines: [RuleReference], setLines: [RuleReference] = [], unusedSets: [RuleReference] = [],
        absentPrograms: [RuleWarning] = [], catalog: ObjectCatalog
    ) {
        self.absentPrograms = absentPrograms
        self.setLines = setLines
        self.unusedSets = unusedSets
        self.objectLines = objectLines
        self.identity = identity
        self.warnings = warnings
        self.files = files
        let texts = RuleReference.Table(rules.map(\.reference.entry))
        self.texts = texts
        self.rules = rules.enumerated().map { index, rule in
            var rule = rule
            rule.reference = RuleReference(texts, index)
            return rule
        }
        self.catalog = catalog
        index = RuleIndex(rules)
        usedKeys = rules.reduce(0) { $0 | RuleEffect($1).keys }
    }

    /// The same rules and object lines for another kernel.
    func under(_ kernel: KernelFacts) -> Policy {
        Policy(
            identity: identity, warnings: warnings, files: files, rules: rules, objectLines: objectLines,
            setLines: setLines, unusedSets: unusedSets, absentPrograms: absentPrograms, catalog: catalog.under(kernel))
    }

    /// The policy where there is none: everything is refused.
    public static func denyAll(generation: UInt64) -> Policy {
        Policy(
            identity: PolicyIdentity(generation: generation, digest: PolicyMeaning().digest), warnings: [], files: [],
            rules: [], objectLines: [], catalog: ObjectCatalog())
    }

    /// Whether a rule ends at a time, so that when it is judged makes a difference.
    public var asksForTime: Bool { usedKeys & RuleKey.until.bit != 0 }

    /// How many rules there are, object lines not counted.
    public var ruleCount: Int { rules.count }

    /// Every rule, as it is written, in the order in which they are tried.
    public var ruleLines: [RuleReference] { rules.map(\.reference) }

    /// The class and the name of an object under this policy's object lines.
    public func classify(_ object: ObjectID) -> (objectClass: ObjectClass, name: String) { catalog.classify(object) }

    /// The kernel that the object lines were read for; `nil` where there is no policy.
    public var kernel: KernelFacts? { catalog.kernel }

    /// The kernel that the object lines were read for and how it was told; `none` for the policy that refuses
    /// everything.
    public var kernelWords: String { kernel?.description ?? "none" }

    /// Why each object line makes its objects kernel-expected or not, in the order of ``objectLines``; `nil` for a
    /// line that names no kernels.
    public var kernelReasons: [KernelReason?] { catalog.kernelReasons }

    /// Why an object is kernel-expected or not; `nil` where the line that says what it is names no kernels.
    public func kernelReason(of object: ObjectID) -> KernelReason? { catalog.kernelReason(of: object) }

    /// Which rule decides, if any.
    enum Deciding {
        case rule(RuleIndex.Found)
        /// The rule needs all of `needed`, and the key is the first of these in it.
        case unknown(RuleKey, Int, needed: UInt32)
        case nothing
    }

    func deciding(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Deciding {
        let unknown = inquiry.unknownKeys & usedKeys
        guard unknown != 0 else { return index.first(inquiry, subject).map(Deciding.rule) ?? .nothing }
        // Something that rules ask for could not be learned. That ends in a refusal, unless the first rule that may
        // match needs nothing of it.
        guard let first = unknownIndexes.first(unknown, rules, inquiry, subject) else { return .nothing }
        let needed = first.effect.keys & unknown
        if needed == 0 { return .rule(first) }
        if needed.nonzeroBitCount == 1, let key = RuleKey(rawValue: UInt8(needed.trailingZeroBitCount)) {
            return .unknown(key, first.rule, needed: needed)
        }
        // Of several the one that is written first is named.
        for condition in rules[first.rule].conditions where needed & condition.key.bit != 0 {
            return .unknown(condition.key, first.rule, needed: needed)
        }
        return .nothing
    }

    /// Where a rule stands, without looking at the rule.
    func reference(to rule: Int) -> RuleReference { RuleReference(texts, rule) }

    /// Rules before this one that may leave it nothing to decide; see `RuleIndex.earlierCandidates`.
    func earlierCandidates(of rule: Int) -> [Int] { index.earlierCandidates(of: rule, limit: 256) }
}
