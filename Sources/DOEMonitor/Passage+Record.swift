internal import DOEAuditTrail
internal import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
internal import DOEWords

extension Passage {
    /// The record of this passage, as far as it has come.
    var record: Record {
        var record = beginning
        complete(&record)
        return record
    }

    /// What does not change on the way.
    private var beginning: Record {
        var record = Record(event, priority: priority, message: "")
        record.describe(mailbox)
        record.describe(client)
        record[.road] = Road.proxy.rawValue
        record[.object] = object?.description
        record[.requestBytes] = String(bytes.count)
        record[.requestDigest] = requestDigest.description
        record[.spdm] = spdm
        record[.compliance] = compliance
        return record
    }

    /// How far it has come, and the decision.
    private func complete(_ record: inout Record) {
        record.event = event
        record.priority = priority
        record.message = sentence
        record[.objectName] = decision.objectName
        record[.objectClass] = decision.objectClass.rawValue
        record[.policy] = decision.policy.description
        record[.mode] = mode.rawValue
        record[.verdict] = verdict.rawValue
        record[.would] = isUnenforced ? decision.would?.rawValue : nil
        record[.rule] = ruleWord
        record[.status] = status.description
        record[.told] = told?.description
        if let answer = response?.bytes ?? outOfBandAnswer {
            record[.responseBytes] = String(answer.count)
            record[.responseDigest] = SHA256Digest(of: answer).description
        }
        record[.latency] = latencyMicroseconds.map(String.init)
        record[.taint] = taint.description
        record[.lease] = decision.lease?.id
    }

    /// What is known as it is opened. Should the daemon die now, it is what the next one records as interrupted: with
    /// the letters that are about to be raised, and that of the abort where something may be sent.
    var opening: ExchangeOpening {
        let policy = decision.policy
        var opening = ExchangeOpening(
            event, priority: priority, mailbox: mailbox, client: client, object: object,
            objectName: decision.objectName, objectClass: decision.objectClass, requestBytes: bytes.count,
            requestDigest: requestDigest, verdict: verdict, rule: ruleWord,
            policy: (policy.generation, policy.digest), mode: mode)
        opening.spdm = spdm
        opening.compliance = compliance
        opening.would = isUnenforced ? decision.would : nil
        opening.isCopied = status == .copied
        opening.taint = verdict == .deny || status == .copied ? verdictTaint : verdictTaint.union(.abort)
        opening.lease = decision.lease?.id
        return opening
    }

    /// The record that counts passages like this one, as it is opened: without what is of this one alone.
    var countingRecord: Record {
        var passage = self
        passage.client = client.withoutProcess
        var record = passage.record
        record[.requestBytes] = nil
        record[.requestDigest] = nil
        record[.responseBytes] = nil
        record[.responseDigest] = nil
        if verdict == .deny { record.priority = .error }
        return record
    }

    /// The word of DOE_RULE: who decided.
    var ruleWord: String { refusal?.by ?? decision.decidedBy }

    /// Why, for a person.
    var reason: String {
        if let keptBack { return "\(reasonOfEnd); the client does not get the answer: \(keptBack)" }
        guard told != nil else { return reasonOfEnd }
        return
            "\(reasonOfEnd); the client had been told before that the mailbox was blocked, and did not get the outcome"
    }

    private var reasonOfEnd: String {
        if let blockage { return "\(decisionWords); \(blockage)" }
        if let refusal { return "refused: \(refusal.because)\(takenBack)" }
        if let withheld {
            return "\(decisionWords); the mailbox was asked, and the outcome is withheld: \(withheld)"
        }
        if let copySource { return "\(decisionWords); answered from \(copySource.rawValue)" }
        if let failure { return "\(decisionWords); \(failure.description)" }
        return decisionWords + takenBack
    }

    private var takenBack: String {
        dwordsTakenBack == 0 ? "" : "; \(dwordsTakenBack) dwords had been written: aborted, no GO"
    }

    private var decisionWords: String {
        guard let lease = decision.lease else { return decision.sentence }
        return "\(decision.sentence), by lease \(lease.id) to \(lease.holder)"
    }

    /// Whether the kernel log has to know of it before it is sent: should the host die of it, that is the last line.
    /// Not where nothing of this host is touched.
    var isForKernelLog: Bool { isRisky && !isOutOfBand }

    /// The line that the first of a kind has.
    var kernelLogLine: String { KernelLineKind.words(namedObject, to: mailbox.name, for: client, ruleWord) }

    /// `"CXL Table Access" (1e98:02)`; of a compliance object also what it asks for, of which one kind may kill and
    /// another not.
    var namedObject: String {
        let name = decision.objectName.inQuotes(limit: KernelLineKind.objectNameLimit)
        return "\(name) (\(objectWord)\(compliance.map { ", \($0)" } ?? ""))"
    }

    var event: Event {
        if decision.objectClass == .malformed { return .malformedRequest }
        switch (status, verdict) {
        case (.failed, _): return .exchangeFailed
        case (_, .warn): return .exchangeWarned
        case (_, .allow): return .exchangeAllowed
        case (_, .deny), (_, .observed):
            return decision.taint.contains(.complianceAttempted) ? .complianceRefused : .exchangeRefused
        }
    }

    private var priority: Priority {
        if verdict == .deny { return newTaint.contains(.complianceAttempted) ? .critical : .error }
        if case .failed = status { return .warning }
        return verdict == .warn || !newTaint.isEmpty ? .warning : .info
    }

    private var sentence: String {
        let subject = "\(what) on \(mailbox.name) for \(who)"
        let end = newTaint.isEmpty ? "" : " [new taint \(newTaint)]"
        return switch event {
        case .exchangeAllowed: "Allowed \(subject): \(reason)\(end)"
        case .exchangeWarned: "Warning: passed \(subject): \(reason)\(end)"
        case .exchangeFailed: "No response to \(subject): \(reason)\(end)"
        case .complianceRefused: "REFUSED COMPLIANCE ACCESS: \(subject): \(reason)\(end)"
        case .malformedRequest: "Refused a malformed request on \(mailbox.name) for \(who): \(reason)\(end)"
        case .exchangeRefused, .exchangeInterrupted, .exchangeObserved, .daemonStarted, .daemonStopped, .leaseStarted,
            .leaseEnded, .leaseRefused, .spdmReleased, .taintAcknowledged, .taintOwed, .taintLost,
            .ledgerChanged, .modeLowered, .policyLoaded, .policyBroken, .recordsLost, .recordsDelayed, .limitsRefused,
            .changeRefused, .configWritten, .collision, .witnessStarted, .witnessBlind, .witnessMissed:
            "Refused \(subject): \(reason)\(end)"
        }
    }

    private var what: String {
        let inside = isOutOfBand ? spdm.map { ", \($0)" } ?? "" : ""
        return "\(decision.objectName.printable) (\(objectWord)\(inside))"
    }

    private var objectWord: String { object?.description ?? "no object" }

    private var who: String { client.words }
}
