internal import DOERecord

/// A stretch of time, both ends inclusive, microseconds since 1970.
struct TimeWindow: Hashable, Sendable {
    let since: UInt64
    let until: UInt64
    /// How long after its DOE_TIME a record has its number, and journald has it: the longest exchange is shorter.
    let slack: UInt64

    init(since: UInt64? = nil, until: UInt64? = nil, slack: UInt64 = 120_000_000) {
        self.since = since ?? 0
        self.until = max(self.since, until ?? .max)
        self.slack = slack
    }

    /// Whether it leaves anything out.
    var isBounded: Bool { since > 0 || until < .max }

    /// Whether whatever was opened then had its number before this begins.
    func isOver(_ time: UInt64) -> Bool {
        let (closed, overflow) = time.addingReportingOverflow(slack)
        return !overflow && closed < since
    }
}

/// Where a record stands to the time asked for.
enum TimePlace {
    /// It had its number before, and so had all with lower ones.
    case before
    /// It is outside, and when it got its number is not known.
    case outside
    /// It is inside.
    case inside
}

extension Record {
    /// Whether it got its number soon after its DOE_TIME. One that counts is open as long as it counts; what was cut
    /// off is closed by the next start.
    var isSoonNumbered: Bool {
        event != .exchangeInterrupted && self[.count] == nil && self[.first] == nil && self[.last] == nil
    }
}
