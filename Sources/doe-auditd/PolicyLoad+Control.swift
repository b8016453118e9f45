internal import DOEControl
internal import DOEMonitor
internal import DOEPolicy
internal import DOEWords

extension PolicyLoad {
    /// The answer to `ReloadPolicy`.
    var answer: Result<PolicyReload, ControlError> {
        guard let error else {
            return .success(
                PolicyReload(
                    policy: PolicySummary(self), unchanged: isUnchanged,
                    warnings: policy.warnings.map { RuleNotice($0) }))
        }
        guard let broken = error as? PolicyError else {
            return .failure(
                ControlError(
                    name: ControlInterface.policyUnreadable, problem: "\(error.problem) (\(consequence))",
                    remedy: error.remedy))
        }
        return .failure(
            ControlError(
                name: ControlInterface.policyBroken, problem: problem ?? broken.problem, remedy: broken.remedy,
                details: BrokenRules(
                    errors: broken.errors.map { RuleNotice($0) }, count: broken.count, consequence: consequence)))
    }
}

extension PolicySummary {
    init(_ load: PolicyLoad) { self.init(load.policy, problem: load.problem) }

    init(_ policy: Policy, problem: String?) {
        let identity = policy.identity
        self.init(
            generation: Int64(clamping: identity.generation), sha256: identity.digest.description,
            kernel: policy.kernelWords, rules: policy.ruleCount, files: policy.files, problem: problem)
    }
}

extension ReloadEntry {
    init(_ reload: ReloadUnderWay) {
        self.init(
            since: Int64(clamping: reload.since), step: reload.step.rawValue, asker: "", pid: nil,
            waiting: reload.waiting)
        switch reload.asker {
        case .start: asker = "the start"
        case .signal: asker = "a SIGHUP"
        case .client(let client):
            // Everybody who may ask for the status reads it.
            asker = client.shortWords
            if case .known(let number) = client.pid { pid = Int(number) }
        }
    }
}

extension RuleNotice {
    fileprivate init(_ place: SourcePlace, _ message: String, _ remedy: String?, _ text: String) {
        self.init(
            file: place.file, line: place.line, column: place.column, message: message, remedy: remedy, text: text)
    }

    fileprivate init(_ error: RuleError) { self.init(error.place, error.message, error.remedy, error.description) }

    fileprivate init(_ warning: RuleWarning) {
        self.init(warning.place, warning.message, warning.remedy, warning.description)
    }
}
