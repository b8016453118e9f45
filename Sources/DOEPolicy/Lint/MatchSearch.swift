internal import DOEWords

/// Looks whether anything that can be asked has all that a rule asks for.
///
/// A value that nothing can have is an error of the load, and a key stands once in a rule. So each condition can hold
/// by itself, and what stands in its way is another one: facts hang together. On the kernel's road nobody asks, over
/// TCP nobody is known, behind a remote mailbox is no function, one number is one user, and an object has the requests
/// and the class that it has. None of that is listed here: the judge's own questions and facts say it.
struct MatchSearch {
    private struct TooMany: Error {}

    /// How many questions are looked at in all; then nothing more is said.
    private static let limit = 500_000
    /// With more object lines the objects that they tell apart are too many.
    private static let patternLimit = 1_000

    /// What many rules name alike is worked out once; of what each names by itself nothing is kept.
    private static let keptLimit = 256

    /// What a rule says of objects.
    private struct Named: Hashable {
        let masks: [ObjectMask]
        let isNegated: Bool
    }

    private let policy: Policy
    private let time: Timestamp
    /// Whether a name has the number that it has where the rules are for.
    private let areNamesKnown: Bool
    private let patterns: Set<ObjectMask>
    private var objects: [Named: [ObjectID]] = [:]
    private var questions: [ObjectID: [Question]] = [:]
    private var search = TextSearch()
    private var asked = 0

    init(policy: Policy, time: Timestamp, areNamesKnown: Bool) {
        self.policy = policy
        self.time = time
        self.areNamesKnown = areNamesKnown
        patterns = policy.knownPatterns
    }

    /// The conditions that nothing has together, no more than it takes; `nil` where something has all, or where it
    /// could not be told.
    mutating func conflict(in rule: CompiledRule) -> [CompiledCondition]? {
        guard mayMatch(rule) == false else { return nil }
        var left = rule.conditions
        for condition in rule.conditions {
            let others = left.filter { $0.key != condition.key }
            if mayMatch(rule.with(others)) == false { left = others }
        }
        return left
    }

    /// `nil` where there is too much to look at.
    private mutating func mayMatch(_ rule: CompiledRule) -> Bool? {
        if rule.hasNothingTogether { return true }
        do throws(TooMany) {
            for object in try objects(of: rule) {
                for question in questions(about: object) {
                    if try matches(rule, question) { return true }
                }
            }
            return false
        } catch {
            return nil
        }
    }

    /// One object for each way in which the rule and the object lines can see one.
    private mutating func objects(of rule: CompiledRule) throws(TooMany) -> [ObjectID] {
        guard patterns.count <= Self.patternLimit else { throw TooMany() }
        var named = Named(masks: [], isNegated: true)
        for condition in rule.conditions where condition.key == .object {
            if case .objects(let masks) = condition.test {
                named = Named(masks: masks, isNegated: condition.negated)
            }
        }
        if let known = objects[named] { return known }
        // Where no condition looks at what it is, one is as good as another.
        if !named.isNegated, !rule.asksWhatItIs, let first = named.masks.first {
            return [ObjectID(vendor: UInt16(first.value >> 8), type: UInt8(first.value & 0xff))]
        }
        let written = named.isNegated ? [] : named.masks.compactMap(\.onlyObject)
        let all =
            !written.isEmpty && written.count == named.masks.count
            ? written : ObjectRepresentatives(of: patterns.union(named.masks)).objects
        var seen: Set<[String]> = []
        let found = all.filter { object in
            guard named.masks.contains(where: { $0.contains(object) }) != named.isNegated else { return false }
            // Rules see no more of it than its class, unless it carries requests that have names.
            let carrier = object.isSPDM || object == .compliance ? "\(object)" : ""
            return seen.insert([policy.classify(object).objectClass.rawValue, carrier]).inserted
        }
        if objects.count >= Self.keptLimit { objects = [:] }
        objects[named] = found
        return found
    }

    /// All that is asked about an object; most rules match the first.
    private mutating func questions(about object: ObjectID) -> [Question] {
        if let known = questions[object] { return known }
        let all = Question.all(about: object, from: time)
        if questions.count >= Self.keptLimit { questions = [:] }
        questions[object] = all
        return all
    }
}

// MARK: One question

extension MatchSearch {
    private enum Finding {
        case matches
        case fails
        /// It depends on this fact, together with others.
        case needs(RuleKey)
    }

    private mutating func matches(_ rule: CompiledRule, _ question: Question) throws(TooMany) -> Bool {
        asked += 1
        guard asked <= Self.limit else { throw TooMany() }
        switch finding(rule, question) {
        case .matches: return true
        case .fails: return false
        case .needs(let key):
            for choice in likely(key, rule, question) { if try matches(rule, choice) { return true } }
            if key == .mailbox, isWrittenOut(rule) { return false }
            let asking = rule.conditions.filter { $0.key == key || Self.joined[key]?.contains($0.key) == true }
            var facts = FactChoices(conditions: asking, search: search)
            let choices = facts.choices(of: key, in: question)
            search = facts.search
            guard let choices else { throw TooMany() }
            for choice in choices { if try matches(rule, choice) { return true } }
            return false
        }
    }

    /// Who tells one tells the other too.
    private static let joined: [RuleKey: [RuleKey]] = [.mailbox: [.address], .uid: [.user]]

    private func finding(_ rule: CompiledRule, _ question: Question) -> Finding {
        let inquiry = question.inquiry
        let what = policy.catalog.classify(inquiry, as: inquiry.judgedObject)
        let readings = what.readings.isEmpty ? [what.objectClass] : what.readings
        var needed: RuleKey?
        for (reading, inside) in readings.enumerated() {
            for objectClass in Set([inside, what.outer]) {
                let subject = JudgedSubject(
                    inquiry, object: inquiry.judgedObject, objectClass: objectClass, reading: reading,
                    asked: RuleKey.spdm.bit | RuleKey.compliance.bit)
                switch finding(rule, question, subject) {
                case .matches: return .matches
                case .fails: break
                case .needs(let key): needed = key
                }
            }
        }
        if let needed { return .needs(needed) }
        // What such a request carries has a class of its own.
        return inquiry.maySpeakForOthers && rule.conditions.contains { $0.key == .objectClass } ? .needs(.spdm) : .fails
    }

    private func finding(_ rule: CompiledRule, _ question: Question, _ subject: JudgedSubject) -> Finding {
        guard rule.words.hold(for: subject) else { return .fails }
        var needed: RuleKey?
        for condition in rule.conditions {
            // Of a user only that there is one can be told where his number is another host's.
            if !isNumberKnown(condition), question.inquiry.client.uid != .none { continue }
            switch condition.outcome(question.inquiry, subject) {
            case .holds: break
            case .fails: return .fails
            case .unknown:
                guard !condition.isNever else { return .fails }
                if needed == nil { needed = needs(condition, rule, question) }
            }
        }
        return needed.map(Finding.needs) ?? .matches
    }

    /// The fact that has to be chosen before it can be told whether a condition holds beside the others; `nil` where
    /// it can whatever these are.
    private func needs(_ condition: CompiledCondition, _ rule: CompiledRule, _ question: Question) -> RuleKey? {
        let keys = Set(rule.conditions.map(\.key))
        let isMailboxOpen = !question.inquiry.isMailboxKnown
        switch condition.key {
        case .mailbox: return condition.negated || !keys.isDisjoint(with: Self.ofFunctions) ? .mailbox : nil
        case .address, .device, .pciClass, .driver, .serial:
            // What has no address has no driver of this host.
            let hangTogether = keys.contains(.mailbox) || keys.isSuperset(of: [.address, .driver])
            return isMailboxOpen && hangTogether ? .mailbox : nil
        case .uid, .user:
            let isAlone = rule.conditions.allSatisfy {
                $0.key == condition.key || !$0.key.asksTheSame(as: condition.key) || !isNumberKnown($0)
            }
            return isAlone && condition.namesNumber ? nil : .uid
        case .spdm, .compliance: return condition.key
        default: return nil
        }
    }

    private static let ofFunctions: Set<RuleKey> = [.address, .device, .pciClass, .driver, .serial]

    /// root is 0 on every host.
    private func isNumberKnown(_ condition: CompiledCondition) -> Bool {
        guard !areNamesKnown, condition.key == .user, case .numbers(let numbers) = condition.test else { return true }
        return numbers.exact.allSatisfy { $0 == 0 }
    }

    /// Every mailbox that the rule names is written in it.
    private func isWrittenOut(_ rule: CompiledRule) -> Bool { rule.texts(.mailbox)?.globs.isEmpty == true }

    /// What most likely matches, so that not all has to be looked for.
    private func likely(_ key: RuleKey, _ rule: CompiledRule, _ question: Question) -> [Question] {
        let written = rule.texts(key)?.exact.map(\.string).sorted() ?? rule.names(key)
        switch key {
        case .mailbox:
            let facts = FactChoices(conditions: [], search: search)
            return written.compactMap { name in MailboxName(name).flatMap { facts.put($0, into: question) } }
        case .spdm, .compliance:
            return (written + key.requestNames).compactMap { name in
                var question = question
                guard question.inquiry.ask(name, as: key) else { return nil }
                question.untold &= ~(RuleKey.spdm.bit | RuleKey.compliance.bit)
                return question
            }
        default: return []
        }
    }
}

extension CompiledCondition {
    /// Whether nothing is left for which it holds, not even what does not exist.
    fileprivate var isNever: Bool {
        guard negated else { return false }
        return switch test {
        case .numbers(let numbers): numbers.none && !Self.hasSomebody(NumberRanges(numbers).complement)
        case .texts(let texts), .names(let texts):
            (texts.none || !key.mayBeNone)
                && texts.globs.contains { $0.elements == [Glob.many] && !$0.stopsAtSlash }
        case .words, .objects, .time: false
        }
    }

    /// Whether it holds for some number.
    fileprivate var namesNumber: Bool {
        guard case .numbers(let numbers) = test else { return false }
        return Self.hasSomebody(negated ? NumberRanges(numbers).complement : NumberRanges(numbers))
    }

    /// The last number stands for nobody.
    private static func hasSomebody(_ numbers: NumberRanges) -> Bool {
        numbers.ranges.contains { $0 != UInt32.max...UInt32.max }
    }

    /// `uid!=0`, as it is written.
    var words: String { "\(key.word)\(negated ? "!=" : "=")\(wanted)" }
}

extension CompiledRule {
    /// The same with other conditions.
    func with(_ conditions: [CompiledCondition]) -> CompiledRule {
        CompiledRule(
            verdict: verdict, taint: taint, asksDevice: asksDevice, reference: reference, conditions: conditions,
            matchesNobody: matchesNobody)
    }

    /// Whether some condition goes by the class or the requests of an object.
    fileprivate var asksWhatItIs: Bool { conditions.contains { Self.ofWhatItIs.contains($0.key) } }

    private static let ofWhatItIs: Set<RuleKey> = [.objectClass, .spdm, .compliance]

    /// Whether its conditions are on facts of which each may be anything whatever the others are, for a client at a Unix
    /// socket. Most rules are so, and nothing has to be searched.
    fileprivate var hasNothingTogether: Bool {
        var users = 0
        for condition in conditions {
            switch condition.key {
            case .objectClass, .spdm, .compliance, .road, .via: return false
            case .object, .mailbox: if condition.negated { return false }
            case .address, .device, .pciClass, .driver, .serial:
                if conditions.contains(where: { $0.key == .mailbox }) { return false }
                if condition.key == .driver, conditions.contains(where: { $0.key == .address }) { return false }
            case .uid, .user:
                users += 1
                if users > 1 || !condition.namesNumber { return false }
            case .mode, .group, .loginUID, .unit, .exe, .container, .until: break
            }
            if condition.isNever { return false }
        }
        return words.modes & WordBits.everyMode != 0
    }

    /// The request names that it has written out.
    fileprivate func names(_ key: RuleKey) -> [String] {
        for condition in conditions where condition.key == key && !condition.negated {
            if case .names(let texts) = condition.test { return texts.exact.map(\.string).sorted() }
        }
        return []
    }
}
