public import DOEWords

/// What an administrator expects of the rules: requests, and what must become of each. They stand in `.expect` files
/// beside the rules, in the words of the rules, and are never loaded as rules.
public struct Expectations: Sendable {
    /// One line, which may stand for several requests.
    struct Line: Sendable {
        let reference: RuleReference
        let verdict: Verdict
        /// The letters that the verdict must raise; `nil` where the line says nothing of them.
        let taint: TaintLetters?
        /// Whether the device must be asked, or a copy do; `nil` where the line says nothing of it.
        let asksDevice: Bool?
        /// The kernel that it is about; `nil` for the one that is judged for.
        let kernel: KernelVersion?
        let requests: [ExpectedRequest]
    }

    let lines: [Line]
    /// How many requests they are about.
    public var count: Int { lines.reduce(0) { $0 + $1.requests.count } }

    /// Reads files; all of them, or nothing and every error.
    ///
    /// - Parameter resolver: looks up user and group names.
    public static func load(files: [RuleFile], resolver: some NameResolver) throws(PolicyError) -> Expectations {
        var errors = RuleErrorCollector()
        var lines: [Line] = []
        var compiler = ConditionCompiler(resolver: resolver)
        for file in files {
            let document = RuleParser.parse(file, errors: &errors)
            let bytes = Array(file.text.utf8)
            for (statement, place) in zip(document.lines.lazy.compactMap(\.statement), document.places) {
                func source(_ range: Range<Int>) -> SourcePlace {
                    SourcePlace(
                        file: file.path, line: place.line, bytes: bytes, lineRange: place.lineRange, range: range)
                }
                do throws(LineProblem) {
                    guard case .rule(let rule) = statement else {
                        throw LineProblem(
                            place.statement, "\(statement.kind) says nothing of a verdict",
                            remedy: "such lines are for .rules files")
                    }
                    let reference = RuleReference(
                        file: file.path, line: place.line, column: source(place.statement).column,
                        text: String(decoding: bytes[place.statement], as: UTF8.self), because: rule.because)
                    var reader = ExpectationReader(rule: rule, place: place)
                    let requests = try reader.requests(&compiler)
                    let isFromCopy = rule.expected?.isFromCopy == true
                    if isFromCopy { try checkCopies(of: requests, rule.verdict, place) }
                    lines.append(
                        Line(
                            reference: reference, verdict: rule.verdict, taint: rule.taint.isEmpty ? nil : rule.taint,
                            asksDevice: rule.asksDevice ? true : isFromCopy ? false : nil,
                            kernel: rule.expected?.kernel, requests: requests))
                } catch {
                    errors.add(source(error.range), error.message, remedy: error.remedy)
                }
            }
        }
        try errors.check()
        return Expectations(lines: lines)
    }

    /// Only of some objects there are copies, and only for what passes.
    private static func checkCopies(
        of requests: [ExpectedRequest], _ verdict: Verdict, _ place: RuleDocument.Place
    ) throws(LineProblem) {
        guard verdict != .deny, requests.allSatisfy(\.inquiry.object.isReadByTheKernelToo) else {
            throw LineProblem(
                place.statement,
                "what passes of \(ObjectID.discovery) and \(ObjectID.tableAccess) alone is answered from a copy",
                remedy: "take from-copy out")
        }
    }

    /// What a judge decides otherwise than is expected at a time, in the order of the lines.
    public func differences(under judge: Judge, at time: Timestamp) -> [ExpectationDifference] {
        var judges: [KernelVersion: Judge] = [:]
        for kernel in Set(lines.compactMap(\.kernel)) {
            judges[kernel] = Judge(judge.policy.under(KernelFacts(kernel)), enforcement: judge.enforcement)
        }
        return lines.flatMap { line in
            let judge = line.kernel.flatMap { judges[$0] } ?? judge
            return line.requests.compactMap { request -> ExpectationDifference? in
                var inquiry = request.inquiry
                inquiry.time = .known(time)
                let decision = judge.decide(inquiry)
                var wrong: [String] = []
                if decision.verdict != line.verdict { wrong.append("expected \(line.verdict)") }
                if let taint = line.taint, taint != decision.taint { wrong.append("expected the taint \(taint)") }
                if let expected = line.asksDevice, decision.verdict != .deny, expected != decision.asksDevice {
                    wrong.append(expected ? "expected ask-device" : "expected that a copy does")
                }
                if let expected = request.objectClass, expected != decision.objectClass {
                    wrong.append("expected the class \(expected)")
                }
                guard !wrong.isEmpty else { return nil }
                return ExpectationDifference(
                    place: line.reference.place, request: request.words + (line.kernel.map { " kernel \($0)" } ?? ""),
                    expected: wrong.joined(separator: ", "),
                    because: line.reference.because, decision: decision)
            }
        }
    }
}
