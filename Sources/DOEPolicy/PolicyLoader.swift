internal import DOEWords

/// Gathers files into a policy.
struct PolicyLoader {
    private var compiler: ConditionCompiler
    private var errors = RuleErrorCollector()
    private var warnings: [RuleWarning]
    private var absentPrograms: [RuleWarning] = []
    private var rules: [CompiledRule] = []
    private var objectLines: [RuleReference] = []
    private var catalog: ObjectCatalog
    private var meaning = PolicyMeaning()
    private var statements = 0
    private var bytesLeft = RuleLimits.totalBytes

    init(kernel: KernelFacts, resolver: any NameResolver, warnings: [RuleWarning]) {
        self.warnings = warnings
        catalog = ObjectCatalog(kernel: kernel)
        compiler = ConditionCompiler(resolver: resolver)
    }

    /// Reads one file.
    mutating func add(_ file: RuleFile) {
        bytesLeft -= file.text.utf8.count
        guard bytesLeft >= 0 else {
            return errors.add(
                SourcePlace(file: file.path, line: 1, bytes: [], lineRange: 0..<0, range: 0..<0),
                "with this file the rules have more than \(RuleLimits.totalBytes) bytes", remedy: "write fewer rules")
        }
        let bytes = Array(file.text.utf8)
        let before = errors.errors.count
        defer { errors.sortByLine(from: before) }
        let document = RuleParser.parse(file, errors: &errors)
        for (statement, place) in zip(document.lines.lazy.compactMap(\.statement), document.places) {
            do throws(LineProblem) {
                try add(statement, place, file.path, bytes)
            } catch {
                errors.add(
                    Self.place(error.range, place, file.path, bytes), error.message, remedy: error.remedy)
            }
            if statements > RuleLimits.statements { return }
        }
    }

    /// Makes the policy, or throws all that was wrong.
    func finish(generation: UInt64, files: [RuleFile]) throws(PolicyError) -> Policy {
        try errors.check()
        return Policy(
            identity: PolicyIdentity(generation: generation, digest: meaning.digest), warnings: warnings,
            files: files.map(\.path), rules: rules, objectLines: objectLines, setLines: compiler.sets.lines,
            unusedSets: compiler.sets.unused, absentPrograms: absentPrograms, catalog: catalog)
    }

    private static func place(
        _ range: Range<Int>, _ place: RuleDocument.Place, _ file: String, _ bytes: [UInt8]
    ) -> SourcePlace {
        SourcePlace(file: file, line: place.line, bytes: bytes, lineRange: place.lineRange, range: range)
    }

    private static func reference(
        _ place: RuleDocument.Place, _ file: String, _ bytes: [UInt8], because: String?
    ) -> RuleReference {
        RuleReference(
            file: file, line: place.line, column: Self.place(place.statement, place, file, bytes).column,
            text: String(decoding: bytes[place.statement], as: UTF8.self), because: because)
    }

    private mutating func add(
        _ statement: RuleStatement, _ place: RuleDocument.Place, _ file: String, _ bytes: [UInt8]
    ) throws(LineProblem) {
        statements += 1
        guard statements <= RuleLimits.statements else {
            throw LineProblem(
                place.statement,
                "this is rule, object line or set number \(statements); \(RuleLimits.statements) is the limit",
                remedy: "write globs, sets or ranges in place of long lists")
        }
        switch statement {
        case .object(let line):
            let reference = Self.reference(place, file, bytes, because: nil)
            try add(line, place, reference)
            objectLines.append(reference)
        case .rule(let rule): try add(rule, place, file, bytes)
        case .set(let set):
            try compiler.sets.add(set, at: place.statement, Self.reference(place, file, bytes, because: nil))
        }
    }

    private mutating func add(
        _ line: ObjectLine, _ place: RuleDocument.Place, _ reference: RuleReference
    ) throws(LineProblem) {
        let range = place.values.first ?? place.statement
        let masks = try compiler.objects(line.pattern, at: range)
        let compliance = ObjectMask(mask: 0xff_ffff, value: ObjectID.compliance.number)
        guard line.objectClass == .compliance || !masks.contains(compliance) else {
            throw LineProblem(
                range, "\(ObjectID.compliance) cannot be \(line.objectClass)",
                remedy: "it is compliance whatever rules say; take it out")
        }
        meaning.add(line, pattern: compiler.sets.resolved(line.pattern))
        catalog.add(
            masks,
            .init(
                objectClass: line.objectClass, name: line.name, order: statements, kernel: line.kernel,
                stated: line.lengths.map { .init(lengths: $0, line: reference) }))
    }

    private mutating func add(
        _ rule: Rule, _ place: RuleDocument.Place, _ file: String, _ bytes: [UInt8]
    ) throws(LineProblem) {
        if let word = rule.expected?.word {
            throw LineProblem(
                place.statement, "'\(word)' says what is expected, and no rule",
                remedy: "such lines are for .expect files; a rule without ask-device has a copy do")
        }
        var conditions: [CompiledCondition] = []
        var matchesNobody = false
        for (condition, range) in zip(rule.conditions, place.values) {
            let result = try compiler.compile(condition, at: range)
            if !result.unknownNames.isEmpty {
                try report(result, condition, rule, Self.place(range, place, file, bytes), range)
            }
            try report(result, rule, range) { Self.place(range, place, file, bytes) }
            matchesNobody = matchesNobody || result.matchesNobody
            conditions.append(result.condition)
        }
        meaning.add(rule, values: rule.conditions.map { compiler.sets.resolved($0.value) })
        let reference = Self.reference(place, file, bytes, because: rule.because)
        rules.append(
            CompiledRule(
                verdict: rule.verdict, taint: rule.taint, asksDevice: rule.asksDevice, reference: reference,
                conditions: conditions, matchesNobody: matchesNobody))
    }

    /// A deny that misses somebody is a hole; an allow that misses somebody is only less than was meant.
    private mutating func report(
        _ result: ConditionCompiler.Result, _ condition: RuleCondition, _ rule: Rule, _ place: SourcePlace,
        _ range: Range<Int>
    ) throws(LineProblem) {
        let kind = condition.key.word
        let names = result.unknownNames.map { "'\($0)'" }.joined(separator: ", ")
        guard rule.verdict != .deny else {
            throw LineProblem(
                range, "there is no \(kind) \(names) on this host",
                remedy: "a deny must not miss whom it names: mend the name, or write the number")
        }
        let consequence = result.matchesNobody ? "the rule never matches" : "the rule matches only the others it names"
        warn(place, "there is no \(kind) \(names) on this host: \(consequence)")
    }

    /// The same of a path that no program can have.
    private mutating func report(
        _ result: ConditionCompiler.Result, _ rule: Rule, _ range: Range<Int>, _ place: () -> SourcePlace
    ) throws(LineProblem) {
        let consequence = result.matchesNobody ? "the rule never matches" : "the rule matches no program by it"
        for path in result.paths.dead {
            guard rule.verdict != .deny else {
                throw LineProblem(
                    range, path.problem, remedy: "a deny must not miss what it names: \(path.remedy)")
            }
            warn(place(), "\(path.problem): \(consequence)", path.remedy)
        }
        for failure in result.paths.failures {
            warn(place(), "whether a program can have this path is not known: \(failure)")
        }
        for path in result.paths.missing where absentPrograms.count < RuleLimits.keptWarnings {
            absentPrograms.append(
                RuleWarning(
                    place: place(), message: "there is nothing at '\(path)' on this host",
                    remedy: "mend the path, or leave it for what will be there"))
        }
    }

    private mutating func warn(_ place: @autoclosure () -> SourcePlace, _ message: String, _ remedy: String? = nil) {
        guard warnings.count < RuleLimits.keptWarnings else { return }
        warnings.append(RuleWarning(place: place(), message: message, remedy: remedy))
    }
}
