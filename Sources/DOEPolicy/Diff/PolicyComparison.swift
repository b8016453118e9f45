public import DOEWords

/// What another policy changes: requests that get another verdict.
///
/// Requests are not picked out: of all that the two policies' own values tell apart, one is tried. So where nothing is
/// found in a whole comparison, nothing is there. What a request hides in its later dwords is not tried by itself: it is
/// judged as the object that it is.
public struct PolicyComparison: Sendable {
    /// Requests of one kind: decided by the same two rules.
    public struct Difference: Sendable {
        /// What it means for whoever asks.
        public enum Effect: String, CaseIterable, Sendable {
            /// It was refused, and passes now.
            case newlyAllowed
            /// It passes without the warning that it had.
            case quieter
            /// It passed, and is refused now.
            case newlyRefused
            /// It passes with a warning now.
            case louder
        }

        /// What it means.
        public let effect: Effect
        /// One such request, in the words of rules: `object=10de:00 uid=0`.
        public let request: String
        /// What the old policy decides.
        public let before: Decision
        /// What the new one does.
        public let now: Decision
        /// How many such requests were tried.
        public internal(set) var ways: Int

        /// By what differences are told apart.
        struct Kind: Hashable {
            let before: String
            let now: String
            let effect: Effect
        }

        var kind: Kind { Kind(before: before.decidedBy, now: now.decidedBy, effect: effect) }
    }

    /// Each kind, what opens first.
    public private(set) var differences: [Difference] = []
    /// Objects of which the policies state other lengths: the object, and the old and the new words.
    public private(set) var lengths: [(object: ObjectID, before: String, now: String)] = []
    /// How many requests were tried.
    public private(set) var tried = 0
    /// Whether all were tried.
    public private(set) var isWhole = true

    /// How often a judge is asked at most.
    static let askLimit = 400_000

    private var places: [Difference.Kind: Int] = [:]

    /// Compares what two policies decide from a time on. `names` is who made numbers up for names, if anybody.
    public init(of old: Policy, with new: Policy, from time: Timestamp, names: PortableNames? = nil) {
        self.init(of: old, with: new, from: time, names: names, askLimit: Self.askLimit)
    }

    init(of old: Policy, with new: Policy, from time: Timestamp, names: PortableNames? = nil, askLimit: Int) {
        var completions = Completions([Judge(old), Judge(new)], askLimit: askLimit)
        let objects = ObjectRepresentatives(of: old.objectPatterns.union(new.objectPatterns)).objects
        for object in objects {
            compareLengths(of: object, old, new)
            for question in Question.all(about: object, from: time) {
                do throws(Completions.TooMany) {
                    try completions.walk(question) { filled, decisions throws(Completions.TooMany) in
                        take(filled, decisions, names)
                    }
                } catch {
                    isWhole = false
                }
            }
        }
        sort()
    }

    /// Users' numbers that the rules tell apart, one for each way: who has a name may have any of these. `nil` where there
    /// are too many.
    public static func userNumbers(_ old: Policy, _ new: Policy) -> [UInt32]? {
        let conditions = (old.rules + new.rules).flatMap(\.conditions).filter { $0.key == .uid }
        return FactChoices(conditions: conditions, search: TextSearch()).numbers
    }

    /// Takes over what was found of the same rules where a name had another number; `nil` where that was not tried.
    public mutating func add(_ other: PolicyComparison?) {
        isWhole = isWhole && other?.isWhole == true
        tried += other?.tried ?? 0
        for difference in other?.differences ?? [] { add(difference) }
        sort()
    }

    private mutating func add(_ difference: @autoclosure () -> Difference, of kind: Difference.Kind, ways: Int) {
        if let place = places[kind] { return differences[place].ways += ways }
        places[kind] = differences.count
        differences.append(difference())
    }

    private mutating func add(_ difference: Difference) { add(difference, of: difference.kind, ways: difference.ways) }

    private mutating func sort() {
        let order = Difference.Effect.allCases
        differences.sort { (order.firstIndex(of: $0.effect) ?? 0) < (order.firstIndex(of: $1.effect) ?? 0) }
        places = Dictionary(uniqueKeysWithValues: zip(differences.map(\.kind), differences.indices))
    }

    private mutating func take(_ question: Question, _ decisions: [Decision], _ names: PortableNames?) {
        tried += 1
        guard decisions.count == 2, let effect = Difference.Effect(decisions[0].verdict, decisions[1].verdict) else {
            return
        }
        let (before, now) = (decisions[0], decisions[1])
        // The gate opens for nothing less.
        let isLeased = question.inquiry.isLeaseAssumed && decisions.contains { $0.objectClass == .compliance }
        add(
            Difference(
                effect: effect, request: question.words(names) + (isLeased ? ", under a lease" : ""), before: before,
                now: now, ways: 1),
            of: .init(before: before.decidedBy, now: now.decidedBy, effect: effect), ways: 1)
    }

    private mutating func compareLengths(of object: ObjectID, _ old: Policy, _ new: Policy) {
        func words(_ policy: Policy) -> String {
            policy.catalog.statedLengths(of: object).map { "\($0.lengths) dwords" } ?? "any length"
        }
        guard words(old) != words(new) else { return }
        lengths.append((object, words(old), words(new)))
    }
}

extension PolicyComparison.Difference.Effect {
    /// `nil` where the verdicts are the same.
    init?(_ before: Verdict, _ now: Verdict) {
        switch (before, now) {
        case (.deny, .allow), (.deny, .warn): self = .newlyAllowed
        case (.allow, .deny), (.warn, .deny): self = .newlyRefused
        case (.warn, .allow): self = .quieter
        case (.allow, .warn): self = .louder
        default: return nil
        }
    }
}
