public import DOEWords

/// The time that was asked for, both ends inclusive.
public struct AskedTime: Hashable, Sendable {
    /// Nothing before this; `nil` for no bound.
    public let since: Timestamp?
    /// Nothing after this.
    public let until: Timestamp?

    /// A time by its ends, microseconds since 1970.
    public init(since: UInt64? = nil, until: UInt64? = nil) {
        self.since = since.map { Timestamp(microseconds: $0) }
        self.until = until.map { Timestamp(microseconds: $0) }
    }

    /// Whether it is a time at all: whether it does not end before it begins.
    public var isPossible: Bool { since ?? Timestamp(microseconds: 0) <= until ?? Timestamp(microseconds: .max) }

    /// `from 2026-03-01 02:14:07 UTC to 2026-03-01 04:00:00 UTC`, `since …`, `until …`; `nil` where nothing was asked for.
    public var words: String? {
        switch (since, until) {
        case (let since?, let until?): "from \(since.point) to \(until.point)"
        case (let since?, nil): "since \(since.point)"
        case (nil, let until?): "until \(until.point)"
        case (nil, nil): nil
        }
    }
}
