internal import DOEControl
internal import DOEMonitor
internal import DOEPolicy

extension PolicyPage {
    /// So many lines, or so many bytes of them, make a page: an answer stays far below what a Varlink client takes,
    /// and small for a client that does not read it.
    private static let lineLimit = 1000
    private static let byteLimit = 128 << 10

    /// The lines of what is in force from this one on.
    init(of inForce: PolicyInForce, problem: String?, request: PolicyPageRequest) throws(ControlError) {
        let policy = inForce.policy
        let (objects, reasons) = (policy.objectLines, policy.kernelReasons)
        let (sets, rules) = (policy.setLines, policy.ruleLines)
        let first = request.first ?? 0
        let firstRule = objects.count + sets.count
        let count = firstRule + rules.count
        guard first >= 0, first <= count else { throw .invalidParameter("first") }
        var lines: [PolicyLine] = []
        var bytes = 0
        var next = first
        while next < count, lines.count < Self.lineLimit, bytes < Self.byteLimit {
            let line =
                if next < objects.count {
                    PolicyLine(objects[next], reasons[next])
                } else if next < firstRule {
                    PolicyLine(set: sets[next - objects.count])
                } else {
                    PolicyLine(rules[next - firstRule], hits: inForce.hits[next - firstRule])
                }
            bytes += line.file.utf8.count + line.text.utf8.count
            lines.append(line)
            next += 1
        }
        self.init(
            policy: PolicySummary(policy, problem: problem), hits: PolicyHits(inForce), lines: lines,
            next: next < count ? next : nil)
    }
}

extension PolicyLine {
    fileprivate init(_ object: RuleReference, _ reason: KernelReason?) {
        self.init(
            kind: "object", file: object.file, line: object.line, text: object.text,
            kernelExpected: reason?.isExpected, kernelReason: reason?.sentence)
    }

    fileprivate init(set: RuleReference) {
        self.init(kind: "set", file: set.file, line: set.line, text: set.text)
    }

    fileprivate init(_ rule: RuleReference, hits: UInt64) {
        self.init(
            kind: "rule", file: rule.file, line: rule.line, text: rule.text, hits: Int64(clamping: hits))
    }
}

extension PolicyHits {
    fileprivate init(_ inForce: PolicyInForce) {
        self.init(
            since: Int64(clamping: inForce.countedSince), gatekeeper: Int64(clamping: inForce.hits.gatekeeper),
            defaultDeny: Int64(clamping: inForce.hits.defaultDeny),
            unknownFact: Int64(clamping: inForce.hits.unknownFact))
    }
}
