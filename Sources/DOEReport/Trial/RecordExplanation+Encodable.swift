internal import DOEPolicy
internal import DOERecord
internal import DOEWords

extension RecordExplanation: Encodable {
    private struct Then: Encodable {
        let verdict: String?
        let policyVerdict: String?
        let rule: String?
        let policy: String?
        let mode: String?
        let `class`: String?
        let taint: String
        let status: String?
        let message: String
    }

    private struct Now: Encodable {
        let verdict: String?
        let possible: [String]
        let rule: String
        let `class`: String?
        let taint: String?
        let reasons: [String]
        let candidates: [String]
        let undecidedFor: [String]
    }

    private enum CodingKeys: String, CodingKey {
        case version, sequence, instance, time, event, object, name, mailbox, who, then, now, beyondRules, lacking
        case samePolicy, otherInstances, unread
    }

    /// `now` and its `verdict` are there in any case, null where there is no answer: programs look for them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .version)
        try container.encode(record.sequence, forKey: .sequence)
        try container.encode(record.instance, forKey: .instance)
        try container.encode(record.time.map(Timestamp.init(microseconds:)), forKey: .time)
        try container.encode(record.event.rawValue, forKey: .event)
        try container.encode(record[.object], forKey: .object)
        try container.encode(record[.objectName], forKey: .name)
        try container.encode(record[.mailbox], forKey: .mailbox)
        try container.encode(record.clientText, forKey: .who)
        try container.encode(
            Then(
                verdict: record[.verdict], policyVerdict: then?.rawValue, rule: record[.rule], policy: record[.policy],
                mode: record[.mode], class: record[.objectClass], taint: record.taint.description,
                status: record[.status], message: record.message),
            forKey: .then)
        try container.encode(
            now.map { now in
                Now(
                    verdict: now.decision?.verdict.rawValue, possible: now.verdicts.map(\.rawValue),
                    rule: now.decidedBy, class: now.possible.first?.objectClass.rawValue,
                    taint: now.decision?.taint.description, reasons: now.possible.map(\.sentence),
                    candidates: candidates.map(\.sentence), undecidedFor: now.lacking.map(\.description))
            }, forKey: .now)
        try container.encode(beyondRules, forKey: .beyondRules)
        try container.encode(lacking.map(\.description) + ["the request's bytes"], forKey: .lacking)
        try container.encode(isSamePolicy, forKey: .samePolicy)
        try container.encode(others, forKey: .otherInstances)
        try container.encode(unread, forKey: .unread)
    }
}
