internal import DOEObjects
internal import DOEWords

/// Looks for rules that are valid and hardly meant: each finding says why, and what to write instead.
struct RuleLint {
    let policy: Policy
    /// Now.
    let time: Timestamp
    /// Whether this host has a unit of that name.
    let unitExists: (String) -> Bool
    /// Of a name that is only another one of a unit, that unit's own.
    let unitBehind: (String) -> String?
    /// Whether names have the numbers that they have where the rules are for.
    var areNamesKnown = true
    /// How somebody else than root may put another program at a path, or into a folder.
    let exposure: (String, Bool) -> String?
    /// What a path of this host comes to.
    let program: (String) -> PathLookup
    /// The names in a folder of this host; `nil` where they cannot be read.
    let entries: (String) -> [String]?

    /// The findings in the order of the rules; the first thousand.
    func findings() -> [RuleWarning] {
        var found: [RuleWarning] = []
        var search = MatchSearch(policy: policy, time: time, areNamesKnown: areNamesKnown)
        var passes = false
        var isShut = false
        for index in policy.rules.indices {
            let rule = policy.rules[index]
            // That it names nobody was a warning of the load already.
            guard !rule.matchesNobody else { continue }
            let never = never(rule, &search)
            passes =
                passes
                || (rule.verdict != .deny && never == nil && rule.words.roads & WordBits.bit(Road.proxy) != 0)
            let problems = rule.verdict == .deny || never != nil ? [] : opening(rule) + exposed(rule)
            let closed = shut(rule, index)
            isShut = isShut || closed != nil
            let findings =
                [never ?? shadow(rule, index) ?? closed, end(rule), passing(rule), longID(rule)].compactMap(\.self)
                + (never == nil ? idle(rule, &search) : []) + problems + units(rule) + pathless(rule)
            for finding in findings {
                guard found.count < RuleLimits.keptWarnings else { return found }
                found.append(
                    RuleWarning(place: rule.reference.place, message: finding.message, remedy: finding.remedy))
            }
        }
        if !passes, !isShut, let nothing { found.insert(nothing, at: 0) }
        return found
    }

    struct Finding {
        let message: String
        let remedy: String
    }

    private func shadow(_ rule: CompiledRule, _ index: Int) -> Finding? {
        // A file with an earlier name is there to come before others: only within one file nobody means it.
        let earlier = policy.earlierCandidates(of: index).first {
            policy.rules[$0].reference.file == rule.reference.file && policy.rules[$0].covers(rule)
        }
        guard let earlier else { return nil }
        return Finding(
            message: "this rule never decides: \(policy.rules[earlier].reference) matches wherever it would",
            remedy: "take it out, or put it before that rule")
    }
}

// MARK: Rules that open too much

extension RuleLint {
    private func opening(_ rule: CompiledRule) -> [Finding] {
        let findings = [
            everything(rule), program(rule), login(rule), container(rule), expected(rule), compliance(rule),
        ]
        return findings.compactMap(\.self)
    }

    private func program(_ rule: CompiledRule) -> Finding? {
        let names = Set(rule.conditions.map(\.key))
        guard names.contains(.exe), names.isDisjoint(with: Self.boundaries) else { return nil }
        return Finding(
            message: "a program is no boundary: whoever may run it can make it do something else",
            remedy: "add uid=, user=, group= or unit= to say whose it is")
    }

    /// Whom a rule may trust.
    private static let boundaries: Set<RuleKey> = [.uid, .user, .group, .unit]

    /// A process that has no login uid yet, as services have none, may write any number there.
    private func login(_ rule: CompiledRule) -> Finding? {
        guard peerless(rule) == nil, rule.conditions.contains(where: { $0.key == .loginUID && !$0.namesNone }),
            rule.conditions.allSatisfy({ !Self.boundaries.contains($0.key) })
        else { return nil }
        return Finding(
            message: "a login uid is no boundary: a process without a login may write any number there",
            remedy: "add uid=, user=, group= or unit= to say whose it is")
    }

    /// Whoever may make control groups, every user with a manager of his own, may call one as a container is called.
    private func container(_ rule: CompiledRule) -> Finding? {
        guard let texts = rule.texts(.container), !texts.exact.isEmpty || !texts.globs.isEmpty,
            rule.conditions.allSatisfy({ !Self.boundaries.contains($0.key) })
        else { return nil }
        return Finding(
            message: "a container's name is no boundary: users may call theirs so",
            remedy: "add uid=, user=, group= or unit= to say whose it is")
    }

    private func expected(_ rule: CompiledRule) -> Finding? {
        let expected = WordBits.bit(ObjectClass.kernelExpected)
        let published = WordBits.bit(ObjectClass.published)
        guard rule.words.classes & (expected | published) == expected, rule.words.roads & WordBits.bit(Road.proxy) != 0
        else { return nil }
        return Finding(
            message: "whatever a later kernel comes to use would be open to clients too",
            remedy: "add road=kernel, or name the objects: object=1e98:02")
    }

    private func compliance(_ rule: CompiledRule) -> Finding? {
        guard rule.words.modes & WordBits.bit(Mode.production) != 0, rule.conditions.contains(where: asksForCompliance)
        else { return nil }
        return Finding(
            message: "in production no rule opens a compliance object",
            remedy: "add mode=bring-up, where a lease can open it, or take the rule out")
    }

    private func asksForCompliance(_ condition: CompiledCondition) -> Bool {
        guard !condition.negated else { return false }
        switch (condition.key, condition.test) {
        case (.objectClass, .words(let bits)):
            return bits & WordBits.bit(ObjectClass.compliance) != 0 && bits & WordBits.everyClass != WordBits.everyClass
        case (.object, .objects(let masks)):
            return masks.contains { mask in
                mask.onlyObject.map { policy.classify($0).objectClass == .compliance } ?? false
            }
        case (.compliance, .names(let texts)): return !texts.none
        default: return false
        }
    }
}

// MARK: Rules that match nothing

extension RuleLint {
    private func never(_ rule: CompiledRule, _ search: inout MatchSearch) -> Finding? {
        // The first ones tell more of what is so often meant; the last one finds the rest.
        let reason =
            ended(rule) ?? wordless(rule) ?? wayless(rule) ?? peerless(rule) ?? otherRequest(rule) ?? otherClass(rule)
            ?? conflict(rule, &search)
        return reason.map { Finding(message: "this rule never matches: \($0)", remedy: "mend it, or take it out") }
    }

    private func wordless(_ rule: CompiledRule) -> String? {
        if rule.words.classes & WordBits.everyClass == 0 { return "it leaves no class" }
        if rule.words.roads & WordBits.everyRoad == 0 { return "it leaves no road" }
        return rule.words.modes & WordBits.everyMode == 0 ? "it leaves no mode" : nil
    }

    /// By a socket one comes on the proxy's road, and on every other without one.
    private func wayless(_ rule: CompiledRule) -> String? {
        let sockets = WordBits.bit(.unix as Client.Transport) | WordBits.bit(.tcp as Client.Transport)
        let proxy = WordBits.bit(.proxy as Road)
        let (roads, ways) = (rule.words.roads & WordBits.everyRoad, rule.transports)
        let mayMatch = (roads & proxy != 0 && ways & sockets != 0) || (roads & ~proxy != 0 && ways & WordBits.none != 0)
        return mayMatch ? nil : "via is unix or tcp on the proxy's road, and none on the others"
    }

    private func peerless(_ rule: CompiledRule) -> String? {
        guard rule.transports == WordBits.bit(Client.Transport.tcp) else { return nil }
        let asked = rule.conditions.first {
            [.uid, .user, .group, .loginUID, .unit, .exe, .container].contains($0.key) && !$0.negated && !$0.namesNone
        }
        return asked.map { "nobody vouches for a TCP client, so \($0.key.word) is none" }
    }

    private func otherRequest(_ rule: CompiledRule) -> String? {
        guard let masks = rule.objects else { return nil }
        for condition in rule.conditions where !condition.negated && !condition.namesNone {
            guard case .names(let texts) = condition.test else { continue }
            let carriers: [ObjectID] =
                condition.key == .compliance
                ? [.compliance] : [.spdm, .securedSPDM, .spdmWithConnection, .securedSPDMWithConnection]
            let met = carriers.filter { carrier in masks.contains { $0.contains(carrier) } }
            if met.isEmpty { return "\(condition.key.word) is none for the objects that it names" }
            if condition.key == .spdm, !met.contains(.spdm), !met.contains(.spdmWithConnection),
                !texts.matches(SPDMRequestName.opaque), !texts.matches(SPDMRequestName.malformed)
            {
                return "what is encrypted has no other name than opaque"
            }
        }
        return nil
    }

    private func otherClass(_ rule: CompiledRule) -> String? {
        guard let masks = rule.objects, !masks.isEmpty else { return nil }
        var seen: ObjectClass?
        for mask in masks {
            guard let object = mask.onlyObject else { return nil }
            let objectClass = policy.classify(object).objectClass
            // Such a request is also judged by the class of what it carries.
            let inside: [ObjectClass] = object == .spdm || object == .spdmWithConnection ? [.vendor, .unknown] : []
            guard ([objectClass] + inside).allSatisfy({ rule.words.classes & WordBits.bit($0) == 0 }) else {
                return nil
            }
            seen = objectClass
        }
        return seen.map { "what it names is \($0) under the object lines and this kernel" }
    }
}

// MARK: Units

extension RuleLint {
    private func units(_ rule: CompiledRule) -> [Finding] {
        guard let condition = rule.conditions.first(where: { $0.key == .unit }), case .texts(let texts) = condition.test
        else { return [] }
        return texts.exact.map(\.string).sorted().compactMap { name in
            if let own = unitBehind(name) {
                return texts.matches(own)
                    ? nil
                    : Finding(
                        message: "no process runs in '\(name)': it is another name of '\(own)'",
                        remedy: "write unit=\(own)")
            }
            guard !unitExists(name) else { return nil }
            return Finding(message: "there is no unit '\(name)' on this host", remedy: "see: systemctl list-unit-files")
        }
    }
}

extension CompiledCondition {
    /// Whether what does not exist is among what it names.
    fileprivate var namesNone: Bool {
        switch test {
        case .words(let bits): bits & WordBits.none != 0
        case .objects, .time: false
        case .numbers(let numbers): numbers.none
        case .texts(let texts), .names(let texts): texts.none
        }
    }
}

extension CompiledRule {
    /// The objects that it names; `nil` where it says nothing of them, or only which not.
    fileprivate var objects: [ObjectMask]? {
        for condition in conditions where condition.key == .object && !condition.negated {
            if case .objects(let masks) = condition.test { return masks }
        }
        return nil
    }

    func texts(_ key: RuleKey) -> ConditionTest.Texts? {
        for condition in conditions where condition.key == key && !condition.negated {
            if case .texts(let texts) = condition.test { return texts }
        }
        return nil
    }
}
