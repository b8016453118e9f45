internal import Glibc

/// What the clocks of one zone show.
public struct ZoneClock: Sendable {
    /// What they show at a moment.
    public struct Reading: Hashable, Sendable {
        /// By how many seconds they are before those of UTC.
        public let east: Int
        /// What the zone is called then: `CET`, `CEST`.
        public let name: String

        /// A reading by its parts.
        public init(east: Int, name: String) {
            self.east = east
            self.name = name
        }
    }

    private let reading: @Sendable (Int) -> Reading

    /// Clocks by what they show, for each second since 1970.
    public init(reading: @escaping @Sendable (Int) -> Reading) { self.reading = reading }

    /// UTC's.
    public static let utc = ZoneClock { _ in Reading(east: 0, name: "UTC") }

    /// Those of this process: of `TZ`, or of /etc/localtime.
    public static let local = ZoneClock(reading: localReading)

    /// Clocks that are always so many seconds before those of UTC.
    public static func fixed(east: Int) -> ZoneClock { ZoneClock { _ in Reading(east: east, name: "") } }

    /// The second since 1970 of UTC whose date and time these clocks show at a moment.
    public func shown(at moment: Int) -> Int { moment + reading(moment).east }

    /// The moments, seconds since 1970, at which these clocks show the date and time of a second of UTC: one, or two in
    /// an hour that happens twice. A time that is left out, since the clocks are put forward, is one of those between
    /// what it would be by the clocks before and by those after. With a name only moments at which the zone is called
    /// so.
    public func moments(showing shown: Int, named name: String? = nil) -> ClosedRange<Int>? {
        // No zone is further from UTC than a day, and none jumps further.
        let hours = -49...49
        let offsets = Set(hours.map { reading(shown + $0 * 3600).east })
        let moments = offsets.map { shown - $0 }.filter { moment in
            moment + reading(moment).east == shown && (name == nil || reading(moment).name.uppercased() == name)
        }
        if let first = moments.min(), let last = moments.max() { return first...last }
        guard name == nil, let least = offsets.min(), let most = offsets.max() else { return nil }
        return (shown - most)...(shown - least)
    }

    @Sendable private static func localReading(_ moment: Int) -> Reading {
        var seconds = time_t(moment)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return Reading(east: 0, name: "UTC") }
        return unsafe Reading(east: parts.tm_gmtoff, name: parts.tm_zone.map { unsafe String(cString: $0) } ?? "")
    }
}
