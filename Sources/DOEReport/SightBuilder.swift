internal import DOERecord
internal import DOEWords

/// Follows the witness's records in their order.
struct SightBuilder: Sendable {
    /// How many times without sight are told apart; what comes then widens the last one.
    static let limit = 200

    /// The kinds of records from which it shows whether the witness sees.
    static let events: [Event] = [.witnessStarted, .witnessBlind, .daemonStopped]

    private(set) var summary = SightSummary()
    private var isSeeing = false

    /// Takes a record from before the time that is reported on: only whether the witness saw when that began matters.
    mutating func addBefore(_ record: Record) {
        add(record)
        (summary.unseen, summary.missed) = ([], 0)
    }

    mutating func add(_ record: Record) {
        guard let time = record.time.map(Timestamp.init(microseconds:)) else { return }
        switch record.event {
        case .witnessStarted:
            summary.isTold = true
            isSeeing = true
            (summary.blindSince, summary.blindReason) = (nil, nil)
            // A restart in order raises no letter, and nobody looked all the same.
            let isRestart = record[.status] == "restart"
            if isRestart || record.taint.contains(.witnessBlind) { addUnseen(record, until: time) }
        case .witnessBlind:
            summary.isTold = true
            isSeeing = false
            // A second one says why anew; nobody looks since the first.
            summary.blindSince = summary.blindSince ?? time
            summary.blindReason = record.message
        case .witnessMissed:
            summary.isTold = true
            let (sum, overflow) = summary.missed.addingReportingOverflow(max(record.eventCount, 1))
            summary.missed = overflow ? .max : sum
        case .daemonStopped where isSeeing:
            isSeeing = false
            (summary.blindSince, summary.blindReason) = (time, record.message)
        default: break
        }
    }

    private mutating func addUnseen(_ record: Record, until time: Timestamp) {
        func point(_ field: Field) -> Timestamp? {
            record[field].flatMap { UInt64($0) }.map(Timestamp.init(microseconds:))
        }
        let last = point(.last) ?? time
        let unseen = SightSummary.Unseen(first: min(point(.first) ?? time, last), last: last)
        guard summary.unseen.count >= Self.limit else { return summary.unseen.append(unseen) }
        let widest = summary.unseen[Self.limit - 1]
        summary.unseen[Self.limit - 1] = SightSummary.Unseen(
            first: min(widest.first, unseen.first), last: max(widest.last, unseen.last))
    }
}
