internal import DOEWords

/// Turns written conditions into tests, and refuses those that could never mean anything.
struct ConditionCompiler {
    /// A condition ready for use.
    struct Result {
        var condition: CompiledCondition
        /// Users or groups that do not exist here.
        var unknownNames: [String] = []
        /// What the programs' paths come to here.
        var paths = ProgramPaths.Findings()
        /// Because of these nothing can match.
        var matchesNobody = false
    }

    private let resolver: any NameResolver
    /// The sets that rules may name, as far as they have been read.
    var sets = NamedSets()
    private var names: [Name: NameLookup] = [:]
    private var paths: ProgramPaths
    private var alternativesLeft = RuleLimits.totalAlternatives

    private struct Name: Hashable {
        let key: RuleKey
        let text: ExactText
    }

    init(resolver: any NameResolver) {
        self.resolver = resolver
        paths = ProgramPaths(resolver: resolver)
    }

    /// Compiles one condition; `range` is its value's place.
    mutating func compile(_ condition: RuleCondition, at range: Range<Int>) throws(LineProblem) -> Result {
        guard case .named(let name) = condition.value else { return try compile(written: condition, at: range) }
        let value = try sets.value(of: name, at: range)
        do throws(LineProblem) {
            var result = try compile(
                written: RuleCondition(key: condition.key, negated: condition.negated, value: value), at: range)
            result.condition.wanted = "\(condition.value), \(value)"
            return result
        } catch {
            throw LineProblem(error.range, "\(error.message), which the set '\(name)' names", remedy: error.remedy)
        }
    }

    private mutating func compile(
        written condition: RuleCondition, at range: Range<Int>
    ) throws(LineProblem) -> Result {
        if case .range(let low, let high) = condition.value {
            guard condition.key.isValue(low) else { throw nobody(condition.key, "\(condition.value)", range) }
            let numbers = ConditionTest.Numbers(range: low...(high ?? .max))
            return result(condition, .numbers(numbers))
        }
        let alternatives = try expand(condition.key.read(condition.value), condition.key, range)
        guard !alternatives.none || condition.key.mayBeNone else {
            throw LineProblem(range, "\(condition.key.word) is never none", remedy: condition.key.form)
        }
        switch condition.key {
        case .objectClass, .road, .mode, .via:
            return result(condition, .words(try words(alternatives, condition.key, range)))
        case .object: return result(condition, .objects(try objects(alternatives, range)))
        case .uid, .user, .group, .loginUID: return try numbers(alternatives, condition, range)
        case .mailbox, .address, .device, .pciClass, .driver, .serial, .unit, .container:
            return result(condition, .texts(try texts(alternatives, condition.key, range)))
        case .exe: return programs(try texts(alternatives, condition.key, range), condition)
        case .spdm, .compliance:
            return result(condition, .names(try texts(alternatives, condition.key, range)))
        case .until:
            var result = result(condition, .time(try end(alternatives, condition, range)))
            result.condition.wanted = "a time before \(condition.value)"
            return result
        }
    }

    /// The objects that the pattern of an object line stands for.
    mutating func objects(_ pattern: RuleValue, at range: Range<Int>) throws(LineProblem) -> [ObjectMask] {
        var pattern = pattern
        if case .named(let name) = pattern { pattern = try sets.value(of: name, at: range) }
        let alternatives = try expand(RuleKey.object.read(pattern), .object, range)
        guard !alternatives.none else { throw LineProblem(range, "'none' is no object", remedy: RuleKey.object.form) }
        return try objects(alternatives, range)
    }

    private func result(_ condition: RuleCondition, _ test: ConditionTest) -> Result {
        Result(
            condition: CompiledCondition(
                key: condition.key, negated: condition.negated, test: test, wanted: condition.value.description))
    }

    private mutating func expand(
        _ value: RuleValue, _ key: RuleKey, _ range: Range<Int>
    ) throws(LineProblem) -> RuleValue.Alternatives {
        let alternatives: RuleValue.Alternatives
        do {
            alternatives = try value.alternatives(stopsAtSlash: key == .exe)
        } catch {
            throw LineProblem(
                range, "the sets stand for more than \(RuleLimits.alternatives) values", remedy: "write several rules")
        }
        alternativesLeft -= alternatives.globs.count
        guard alternativesLeft >= 0 else {
            throw LineProblem(
                range, "the sets of all rules stand for more than \(RuleLimits.totalAlternatives) values",
                remedy: "write globs or ranges in place of long sets")
        }
        return alternatives
    }
}

// MARK: Kinds of values

extension ConditionCompiler {
    private func words(
        _ alternatives: RuleValue.Alternatives, _ key: RuleKey, _ range: Range<Int>
    ) throws(LineProblem) -> UInt8 {
        let vocabulary = key.vocabulary
        var bits: UInt8 = alternatives.none ? WordBits.none : 0
        for glob in alternatives.globs {
            let matching = vocabulary.filter { glob.matches($0.word) }
            guard !matching.isEmpty else {
                let text = glob.description
                throw LineProblem(
                    range, "unknown \(key.word) '\(text)'",
                    remedy: NearestWord.to(text, among: vocabulary.map(\.word)).map { "did you mean '\($0)'?" }
                        ?? key.form)
            }
            for (_, wordBits) in matching { bits |= wordBits }
        }
        return bits
    }

    private func objects(
        _ alternatives: RuleValue.Alternatives, _ range: Range<Int>
    ) throws(LineProblem) -> [ObjectMask] {
        var masks: Set<ObjectMask> = []
        for glob in alternatives.globs {
            let found = ObjectMask.masks(of: glob)
            guard !found.isEmpty else { throw noSuchValue(.object, glob, range) }
            masks.formUnion(found)
        }
        return masks.sorted { ($0.mask, $0.value) < ($1.mask, $1.value) }
    }

    private func texts(
        _ alternatives: RuleValue.Alternatives, _ key: RuleKey, _ range: Range<Int>
    ) throws(LineProblem) -> ConditionTest.Texts {
        var texts = ConditionTest.Texts(none: alternatives.none)
        for glob in alternatives.globs {
            if let literal = glob.literal {
                guard key.isWord(literal) || (key.allows(glob) && key.isValue(literal)) else {
                    throw noSuchValue(key, glob, range)
                }
                texts.exact.insert(ExactText(literal))
            } else {
                guard key.allows(glob) else { throw noSuchValue(key, glob, range) }
                texts.globs.append(glob)
            }
        }
        return texts
    }

    private mutating func programs(_ texts: ConditionTest.Texts, _ condition: RuleCondition) -> Result {
        var result = result(condition, .texts(texts))
        result.paths = paths.look(at: texts)
        // "Any program but X" without an X would be any program.
        result.matchesNobody = !result.paths.dead.isEmpty && (condition.negated || result.paths.isAllDead)
        return result
    }

    /// The one time that a rule ends at.
    private func end(
        _ alternatives: RuleValue.Alternatives, _ condition: RuleCondition, _ range: Range<Int>
    ) throws(LineProblem) -> Timestamp {
        guard !condition.negated else {
            throw LineProblem(range, "a rule ends at a time, and begins at none", remedy: "write until=")
        }
        guard alternatives.globs.count == 1, let text = alternatives.globs.first?.literal,
            let time = Timestamp(rfc3339: text)
        else { throw LineProblem(range, "'\(condition.value)' is no one time", remedy: condition.key.form) }
        return time
    }

    private func noSuchValue(_ key: RuleKey, _ glob: Glob, _ range: Range<Int>) -> LineProblem {
        LineProblem(range, "no \(key.word) can be '\(glob)'", remedy: key.remedy(for: glob.description))
    }

    private func nobody(_ key: RuleKey, _ text: String, _ range: Range<Int>) -> LineProblem {
        LineProblem(range, "no \(key.word) can be '\(text)'", remedy: key.whyNoNumber)
    }

    private mutating func numbers(
        _ alternatives: RuleValue.Alternatives, _ condition: RuleCondition, _ range: Range<Int>
    ) throws(LineProblem) -> Result {
        let key = condition.key
        var numbers = ConditionTest.Numbers(none: alternatives.none)
        var unknown: [String] = []
        for (index, glob) in alternatives.globs.enumerated() {
            guard let text = glob.literal else {
                throw LineProblem(range, "a glob in \(key.word)=", remedy: key.form)
            }
            let isName = alternatives.quoted.contains(index) && (key == .user || key == .group)
            if key != .user, !isName, let number = UInt32(decimal: text) {
                guard key.isValue(number) else { throw nobody(key, text, range) }
                numbers.exact.insert(number)
            } else if key == .uid || key == .loginUID || (!isName && UInt32(decimal: text) != nil) {
                throw LineProblem(range, "no \(key.word) can be '\(text)'", remedy: key.form)
            } else {
                switch look(up: text, key) {
                case .id(let id):
                    guard key.isValue(id) else { throw nobody(key, text, range) }
                    numbers.exact.insert(id)
                case .notFound: unknown.append(text)
                case .failed(let reason):
                    throw LineProblem(
                        range, "cannot learn whether the \(key.word) '\(text)' exists: \(reason)",
                        remedy: "mend the look-up of names, or write the number")
                }
            }
        }
        var result = result(condition, .numbers(numbers))
        result.unknownNames = unknown
        // "Anybody but X" without an X would be anybody.
        result.matchesNobody =
            !unknown.isEmpty && (condition.negated || (numbers.exact.isEmpty && !numbers.none))
        return result
    }

    private mutating func look(up text: String, _ key: RuleKey) -> NameLookup {
        let name = Name(key: key, text: ExactText(text))
        if let known = names[name] { return known }
        let found = key == .group ? resolver.group(named: text) : resolver.user(named: text)
        names[name] = found
        return found
    }
}
