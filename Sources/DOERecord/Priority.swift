/// How loud a record is: syslog's levels, as far as they are used here.
public enum Priority: Int, Hashable, Sendable, Comparable {
    /// Records were lost.
    case alert = 1
    /// The first bypass or compliance attempt of a kind. journald syncs to disk on each of these.
    case critical = 2
    /// Refused, interrupted or forgotten; a repeated compliance attempt; rules that cannot be used.
    case error = 3
    /// Warned, or newly tainted.
    case warning = 4
    /// Worth a line: start, stop.
    case notice = 5
    /// Allowed.
    case info = 6

    /// Louder is less, as in syslog.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
