public import DOEPolicy
public import DOERecord
internal import DOEWords

/// Judges records anew under a policy, one at a time. Nothing is executed.
public struct BacktestBuilder: Sendable {
    /// How many different changes are told apart; the rest is counted together.
    private static let changeLimit = 2000

    private let judge: Judge
    private var result: Backtest
    private var changes: [BacktestChange: Occurrences] = [:]
    private var lacking: [String: Int] = [:]
    /// The same few programs ask for the same few objects: each question is judged once.
    private var judged: [RecordedInquiry: JudgedAnew] = [:]

    /// A back-test of a policy.
    public init(of policy: Policy, source: TrailSource) {
        judge = Judge(policy)
        result = Backtest(source: "\(source)")
    }

    /// Reads records and tries a policy on them.
    public static func run(_ policy: Policy, on reader: RecordReader) throws(ReportError) -> Backtest {
        let empty = BacktestBuilder(of: policy, source: reader.source)
        var builder = empty
        let notes = try reader.read(again: { builder = empty }) { builder.add($0) }
        return builder.finish(notes)
    }

    /// Takes one record; those that are not about an exchange are passed over.
    public mutating func add(_ record: Record) {
        guard let exchange = RecordedExchange(record) else { return }
        let times = record.eventCount
        result.exchanges = result.exchanges.addingCapped(times)
        for stamp in record.span.map(Timestamp.init(microseconds:)) {
            result.first = min(result.first ?? stamp, stamp)
            result.last = max(result.last ?? stamp, stamp)
        }
        guard exchange.beyondRules == nil else {
            result.beyondRules = result.beyondRules.addingCapped(times)
            result.unchanged = result.unchanged.addingCapped(times)
            return
        }
        guard let then = exchange.then else { return count(lacking: ["the verdict"], times) }
        guard let inquiry = exchange.inquiry else {
            return count(lacking: ["the object, the mailbox or the mode"], times)
        }
        // When it was matters only where a rule ends, and so many questions are one.
        let time = judge.policy.asksForTime ? record.time.map(Timestamp.init(microseconds:)) : nil
        let anew = judgeAnew(time.map(inquiry.at) ?? inquiry)
        guard let now = anew.decision else { return count(lacking: anew.lacking.map(\.description), times) }
        guard now.verdict != then else {
            result.unchanged = result.unchanged.addingCapped(times)
            return
        }
        note(record, exchange, then, now, anew.decidedBy)
    }

    /// The result; `notes` is what the reader found beside the records.
    public consuming func finish(_ notes: RecordReader.Notes = RecordReader.Notes()) -> Backtest {
        result.foreign = notes.foreign
        result.unread = notes.unread
        result.newer = notes.newer
        result.unreadable = notes.unreadable
        result.ringProblem = notes.ringProblem
        result.lacking = lacking.map { Backtest.Lack(what: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.what) < ($0.count, $1.what) }
        result.changes = changes.map { change, seen in
            var change = change
            change.seen = seen
            return change
        }.sorted { $0.isBefore($1) }
        return result
    }

    private mutating func count(lacking what: [String], _ times: Int) {
        result.notJudged = result.notJudged.addingCapped(times)
        for one in what { lacking[one] = lacking[one, default: 0].addingCapped(times) }
    }

    private mutating func judgeAnew(_ inquiry: RecordedInquiry) -> JudgedAnew {
        if let known = judged[inquiry] { return known }
        let anew = judge.judgeAnew(inquiry)
        // A forged journal must not fill the memory.
        if judged.count < 100_000 { judged[inquiry] = anew }
        return anew
    }

    private mutating func note(
        _ record: Record, _ exchange: RecordedExchange, _ then: Verdict, _ now: Decision, _ decidedBy: String
    ) {
        let classes = [record.objectClass ?? now.objectClass, now.objectClass]
        var change = BacktestChange(
            object: record.objectText ?? "no object", classes: classes[0] == classes[1] ? [classes[0]] : classes,
            who: record.clientText ?? "a TCP client", then: then, now: now.verdict,
            decidedBefore: exchange.decidedBy, decidedNow: decidedBy, rule: now.rule?.text)
        if changes[change] == nil, changes.count >= Self.changeLimit {
            // What opens a door keeps its kind, however many others there are.
            change = BacktestChange(
                object: "(others)", classes: change.classes, who: "(others)", then: then, now: now.verdict,
                decidedBefore: "(others)", decidedNow: "(others)", rule: nil)
        }
        changes[change, default: Occurrences()].add(record)
    }
}

extension BacktestChange {
    /// What opens a door comes first, and of that what may harm a device.
    fileprivate func isBefore(_ other: BacktestChange) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if seen.count != other.seen.count { return seen.count > other.seen.count }
        return (object, who, decidedBefore, decidedNow) < (
            other.object, other.who, other.decidedBefore, other.decidedNow
        )
    }

    private var rank: Int {
        guard isAlarming else { return effect.rawValue + 2 }
        return classes.contains(.compliance) ? 0 : 1
    }
}
