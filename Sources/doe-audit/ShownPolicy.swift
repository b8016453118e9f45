internal import DOEControl
internal import DOEPolicy
internal import DOEWords

/// All object lines, set lines and rules, and who has told of them: the daemon, of what it has in force and how often
/// each rule has decided, or the files.
struct ShownPolicy: Encodable {
    struct Line: Encodable {
        var file: String
        var line: Int
        var text: String
        var hits: Int64?
        /// Of an object line that names kernels: whether its objects are kernel-expected, and why.
        var kernelExpected: Bool?
        var kernelReason: String?
    }

    /// daemon or files.
    let source: String
    let sha256: String
    /// The kernel that the object lines were read for, and how it was told.
    let kernel: String
    /// Of the policy in force; not there where no daemon answers.
    let generation: Int64?
    /// Whether the daemon has just these in force; not there where no daemon answers.
    let inForce: Bool?
    /// Why the daemon could not be asked for what it has in force; not there where it was, or where none runs.
    let notAsked: String?
    /// Why all is not well with what is in force.
    let problem: String?
    /// How often something else than a rule has decided; not there from files.
    let hits: PolicyHits?
    let objects: [Line]
    let sets: [Line]
    let rules: [Line]

    /// What is in force.
    init(_ page: PolicyPage) {
        source = "daemon"
        sha256 = page.policy.sha256
        kernel = page.policy.kernel
        generation = page.policy.generation
        inForce = true
        notAsked = nil
        problem = page.policy.problem
        hits = page.hits
        objects = page.lines.filter { $0.kind == "object" }.map { Line($0) }
        sets = page.lines.filter { $0.kind == "set" }.map { Line($0) }
        rules = page.lines.filter { $0.kind == "rule" }.map { Line($0) }
    }

    /// What stands in files, beside what the daemon has in force.
    init(_ policy: Policy, daemon: PolicySummary?, notAsked: String? = nil) {
        self.notAsked = notAsked
        source = "files"
        sha256 = policy.identity.digest.description
        kernel = policy.kernelWords
        generation = daemon?.generation
        inForce = daemon.map { $0.sha256 == policy.identity.digest.description }
        problem = daemon?.problem
        hits = nil
        objects = zip(policy.objectLines, policy.kernelReasons).map { Line($0, $1) }
        sets = policy.setLines.map { Line($0) }
        rules = policy.ruleLines.map { Line($0) }
    }
}

extension ShownPolicy.Line {
    fileprivate init(_ reference: RuleReference, _ reason: KernelReason? = nil) {
        self.init(
            file: reference.file, line: reference.line, text: reference.text, kernelExpected: reason?.isExpected,
            kernelReason: reason?.sentence)
    }

    fileprivate init(_ line: PolicyLine) {
        self.init(
            file: line.file, line: line.line, text: line.text, hits: line.hits, kernelExpected: line.kernelExpected,
            kernelReason: line.kernelReason)
    }

    /// Behind the line's text: why its objects are kernel-expected or not.
    var note: String {
        guard let kernelExpected, let kernelReason else { return "" }
        return "  # \(KernelReason(isExpected: kernelExpected, kernelReason))"
    }

    /// `90-doe-audit.rules:12`
    var place: String { "\(file.split(separator: "/").last ?? ""):\(line)" }
}
