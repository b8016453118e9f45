internal import DOEPolicy
internal import DOEWords

/// What `policy explain` says of a request, as programs read it.
struct DecisionAnswer: Encodable {
    var object: String
    var name: String
    var `class`: String
    /// What the request is called; empty where only the object is known, and for objects without names.
    var request: [String]
    var mode: String
    var verdict: String
    /// What the policy says where it is not what is done: `deny` of what permissive lets pass.
    var would: String?
    var rule: String
    var file: String?
    var line: Int?
    var taint: String
    /// Of what passes on the proxy's road.
    var answer: Source?
    var reason: String
    /// Why the object is kernel-expected or not, where its object line names kernels.
    var kernel: String?
    var candidates: [String]
    /// The keys of what was not told and makes no difference to the verdict, though rules ask for it.
    var whatever: [String]?
    /// Where the verdict is `cannot tell`: the keys that it depends on, and each verdict that is possible.
    var asks: [String]?
    var possible: [Possible]?
    /// Whether the mailbox has the object in its own list; absent where nobody has read that.
    var listed: Bool?
    /// Why doe-auditd refuses it all the same, by the rule `copy`.
    private(set) var withheld: String?

    /// Whose answer whoever asks gets.
    enum Source: String, Encodable {
        case device
        /// There is one.
        case copy
        /// From a copy where there is one: nobody here knows.
        case copyOrDevice = "copy-or-device"
        /// It is refused all the same.
        case nobody = "none"
    }

    mutating func withhold(_ why: String) {
        withheld = why
        answer = .nobody
    }

    /// One way in which it can come out.
    struct Possible: Encodable {
        var verdict: String
        var rule: String
        var reason: String
    }

    /// The verdict where there may be one or another.
    static let cannotTell = "cannot tell"

    init(_ answer: QuestionAnswer, to question: Question, under policy: Policy) {
        switch answer {
        case .decided(let decided):
            self.init(
                decided.explanation.decision, decided.explanation.candidates, of: decided.inquiry, under: policy)
            if !decided.whatever.isEmpty { whatever = decided.whatever }
        case .cannotTell(let undecided):
            self.init(undecided.unknown, undecided.candidates, of: question.inquiry, under: policy)
            verdict = Self.cannotTell
            (would, self.answer, taint) = (nil, nil, "")
            reason = undecided.sentence
            (rule, file, line) = (undecided.rule?.description ?? "none", undecided.rule?.file, undecided.rule?.line)
            asks = undecided.keys
            possible = undecided.possible.map {
                Possible(verdict: $0.verdict.rawValue, rule: $0.decidedBy, reason: $0.sentence)
            }
        }
    }

    private init(
        _ decision: Decision, _ candidates: [Explanation.Candidate], of inquiry: Inquiry, under policy: Policy
    ) {
        object = inquiry.object.description
        name = decision.objectName
        `class` = decision.objectClass.rawValue
        request = inquiry.requestNames
        mode = inquiry.mode.rawValue
        verdict = decision.verdict.rawValue
        would = decision.would?.rawValue
        rule = decision.decidedBy
        file = decision.rule?.file
        line = decision.rule?.line
        taint = decision.taint.description
        answer =
            inquiry.road == .proxy ? decision.answerSource.map { $0 == .device ? Source.device : .copyOrDevice } : nil
        reason = decision.sentence
        kernel = policy.kernelReason(of: inquiry.object)?.description
        self.candidates = candidates.map(\.sentence)
    }

    private enum CodingKeys: String, CodingKey {
        case object, name, `class`, request, mode, verdict, would, rule, file, line, taint, answer, reason, kernel,
            candidates, whatever, asks, possible, listed, withheld
    }

    /// `file` and `line` are there in any case, null where no rule decided: programs look for them.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(object, forKey: .object)
        try container.encode(name, forKey: .name)
        try container.encode(`class`, forKey: .class)
        try container.encode(request, forKey: .request)
        try container.encode(mode, forKey: .mode)
        try container.encode(verdict, forKey: .verdict)
        try container.encodeIfPresent(would, forKey: .would)
        try container.encode(rule, forKey: .rule)
        try container.encode(file, forKey: .file)
        try container.encode(line, forKey: .line)
        try container.encode(taint, forKey: .taint)
        try container.encodeIfPresent(answer, forKey: .answer)
        try container.encode(reason, forKey: .reason)
        try container.encodeIfPresent(kernel, forKey: .kernel)
        try container.encode(candidates, forKey: .candidates)
        try container.encodeIfPresent(whatever, forKey: .whatever)
        try container.encodeIfPresent(asks, forKey: .asks)
        try container.encodeIfPresent(possible, forKey: .possible)
        try container.encodeIfPresent(listed, forKey: .listed)
        try container.encodeIfPresent(withheld, forKey: .withheld)
    }

    /// For a person.
    func show(rule: RuleReference?) {
        // What becomes of it comes first.
        if let withheld {
            Terminal.say(
                Terminal.alarming("refused all the same")
                    + ": \(Terminal.safe(withheld)); doe-auditd refuses it by the rule copy, and the rules alone say:")
        }
        let isGood = [Verdict.allow.rawValue, Verdict.warn.rawValue].contains(verdict)
        Terminal.say("\(isGood ? verdict : Terminal.alarming(verdict)): \(Terminal.safe(reason))")
        Terminal.say("")
        Terminal.say(table(rule).text)
        showPossible()
        guard candidates.count > 1 else { return }
        Terminal.say("\nrules for this object, in order:")
        for candidate in candidates { Terminal.say("  \(Terminal.safe(candidate))") }
    }

    private func table(_ rule: RuleReference?) -> Table {
        var table = Table("object", "\(object) \(Terminal.safe(name))")
        if !request.isEmpty { table.add("request", Terminal.safe(request.joined(separator: ", "))) }
        table.add("class", `class`)
        if let kernel { table.add("kernel", Terminal.safe(kernel)) }
        if mode != Mode.production.rawValue { table.add("mode", mode) }
        if let rule { table.add("rule", Terminal.safe(rule.text)) }
        if let rule { table.add("file", "\(Terminal.safe(rule.file)):\(rule.line)") }
        if let whatever { table.add("whatever", "\(whatever.joined(separator: ", ")) is, the verdict is the same") }
        if asks == nil { table.add("taint", taint.isEmpty ? "none" : taint) }
        switch answer {
        case .device?: table.add("answer", "the device's")
        case .copy?: table.add("answer", "from a copy; the device's for a rule with ask-device")
        case .copyOrDevice?:
            table.add(
                "answer",
                "from a copy where there is one; else the device's, for the first entry and those that an answer has named"
            )
        case .nobody?: table.add("answer", "none")
        case nil: break
        }
        return table
    }

    private func showPossible() {
        guard let asks, let possible else { return }
        let options = asks.map { "--\($0)" }.joined(separator: " and ")
        guard !possible.isEmpty else {
            return Terminal.say("\nthere is too much to try; tell more: \(options)")
        }
        Terminal.say("\nwhat it can come to; to know which, tell \(options):")
        for one in possible {
            let verdict = one.verdict + String(repeating: " ", count: max(0, 5 - one.verdict.count))
            Terminal.say("  \(verdict)  \(Terminal.safe(one.reason))")
        }
    }
}
