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
    /// Of what passes: `device`, or `copy` for what is answered from a copy where there is one.
    var answer: String?
    var reason: String
    /// Why the object is kernel-expected or not, where its object line names kernels.
    var kernel: String?
    var candidates: [String]

    init(_ explanation: Explanation, of inquiry: Inquiry, under policy: Policy) {
        let decision = explanation.decision
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
        answer = decision.answerSource?.rawValue
        reason = decision.sentence
        kernel = policy.kernelReason(of: inquiry.object)?.description
        candidates = explanation.candidates.map(\.sentence)
    }

    private enum CodingKeys: String, CodingKey {
        case object, name, `class`, request, mode, verdict, would, rule, file, line, taint, answer, reason, kernel,
            candidates
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
    }

    /// For a person.
    func show(rule: RuleReference?) {
        Terminal.say(
            "\(verdict == Verdict.deny.rawValue ? Terminal.alarming(verdict) : verdict): \(Terminal.safe(reason))")
        Terminal.say("")
        var table = Table("object", "\(object) \(Terminal.safe(name))")
        if !request.isEmpty { table.add("request", Terminal.safe(request.joined(separator: ", "))) }
        table.add("class", `class`)
        if let kernel { table.add("kernel", Terminal.safe(kernel)) }
        if mode != Mode.production.rawValue { table.add("mode", mode) }
        if let rule { table.add("rule", Terminal.safe(rule.text)) }
        if let rule { table.add("file", "\(Terminal.safe(rule.file)):\(rule.line)") }
        table.add("taint", taint.isEmpty ? "none" : taint)
        switch answer.flatMap({ AnswerSource(rawValue: $0) }) {
        case .device?: table.add("answer", "the device's")
        case .copy?: table.add("answer", "from a copy where there is one; the device's for a rule with ask-device")
        case nil: break
        }
        Terminal.say(table.text)
        guard candidates.count > 1 else { return }
        Terminal.say("\nrules for this object, in order:")
        for candidate in candidates { Terminal.say("  \(Terminal.safe(candidate))") }
    }
}
