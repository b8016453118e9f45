public import DOELinux
public import DOEPolicy
public import DOERecord
public import DOEWords

/// One record of an exchange, with what was decided then and what a policy says of it now.
public struct RecordExplanation: Sendable {
    /// The record.
    public let record: Record
    /// How many other instances have a record of this number; the latest is explained.
    public let others: Int
    /// What the policy says of it now; `nil` where the record is of no object, or lacks too much even to ask.
    public let now: JudgedAnew?
    /// What became of each rule for this object, up to the one that decides or that cannot be decided.
    public let candidates: [Explanation.Candidate]
    /// Why no rule has a say in it: it was refused by another part of the daemon, or is malformed.
    public let beyondRules: String?
    /// What was known then, and is not in the record. Never in one: the request's bytes.
    public let lacking: [UnrecordedFact]
    /// Whether the policy is the one that decided then; `nil` where the record does not tell.
    public let isSamePolicy: Bool?
    /// What the policy said then, before anything else refused it.
    public let then: Verdict?
    /// Files that are there and were not read: there may be another record of this number in them.
    public internal(set) var unread: [UnreadFile] = []

    /// Explains a record under a policy; `nil` where the record is not about an exchange.
    public init?(_ record: Record, others: Int = 0, under policy: Policy) {
        guard let exchange = RecordedExchange(record) else { return nil }
        self.record = record
        self.others = others
        then = exchange.then
        beyondRules = exchange.beyondRules
        let isMalformed = record.objectClass == .malformed && exchange.beyondRules != nil
        let inquiry = isMalformed ? nil : exchange.inquiry
        lacking = UnrecordedFact.allCases.filter { inquiry?.lacking.contains($0) == true }
        // DOE_POLICY is the generation and the digest.
        let digest = record[.policy].flatMap { $0.split(separator: ":").last }
        isSamePolicy = digest.map { $0 == policy.identity.digest.description }
        guard let inquiry else {
            now = nil
            candidates = []
            return
        }
        let judge = Judge(policy)
        let asked = record.time.map { inquiry.at(Timestamp(microseconds: $0)) } ?? inquiry
        now = judge.judgeAnew(asked)
        candidates = judge.explain(asked.inquiry).candidates
    }

    /// Finds a record by its number and explains it.
    ///
    /// - Parameter instance: the start of the instance's name; `nil` for the latest that has such a number.
    public static func find(
        _ sequence: UInt64, instance: String?, in reader: RecordReader, under policy: Policy
    ) throws(ReportError) -> RecordExplanation {
        var found: [Record] = []
        let notes = try reader.read(again: { found = [] }) { record in
            guard record.sequence == sequence else { return }
            guard let instance else { return found.append(record) }
            if record.instance?.hasPrefix(instance) == true { found.append(record) }
        }
        guard let record = found.last else {
            let ring =
                (notes.ringProblem.map { "; \($0)" } ?? "") + notes.unread.map { "; not read: \($0)" }.joined()
            throw ReportError(
                problem: "there is no record \(sequence)\(instance.map { " of instance \($0)" } ?? "") in "
                    + "\(reader.source)\(ring)",
                remedy: "see which there are: journalctl -t doe-auditd -o verbose, DOE_SEQ")
        }
        let others = Set(found.map(\.instance)).count - 1
        guard var explanation = RecordExplanation(record, others: others, under: policy) else {
            throw ReportError(
                problem: "record \(sequence) is about no exchange, but \(record.event.rawValue)",
                remedy: "name the record of an exchange: doe-audit report, or DOE_SEQ in the journal")
        }
        explanation.unread = notes.unread
        return explanation
    }
}
