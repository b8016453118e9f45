import DOELinux
import Testing

/// A zone whose clocks are set at the moments of a list; before the first they show what the first entry says.
struct MadeUpZone: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// From which second since 1970 on, and what the clocks show then.
    let changes: [(from: Int, east: Int, name: String)]

    var clock: ZoneClock {
        ZoneClock { [changes] moment in
            let change = changes.last { $0.from <= moment } ?? changes[0]
            return ZoneClock.Reading(east: change.east, name: change.name)
        }
    }

    /// Zones as they are in 2026, and others that were or might be.
    static let all = [
        MadeUpZone(testDescription: "UTC", changes: [(0, 0, "UTC")]),
        MadeUpZone(
            testDescription: "Berlin",
            changes: [(0, 3600, "CET"), (1_774_746_000, 7200, "CEST"), (1_792_890_000, 3600, "CET")]),
        MadeUpZone(
            testDescription: "New York",
            changes: [(0, -18_000, "EST"), (1_772_953_200, -14_400, "EDT"), (1_793_512_800, -18_000, "EST")]),
        MadeUpZone(
            testDescription: "Lord Howe, by half an hour",
            changes: [(0, 39_600, "+11"), (1_775_314_800, 37_800, "+1030"), (1_791_041_400, 39_600, "+11")]),
        MadeUpZone(
            testDescription: "Kolkata", changes: [(0, 19_800, "IST")]),
        MadeUpZone(
            testDescription: "a day that was left out", changes: [(0, -36_000, "-10"), (1_774_800_000, 50_400, "+14")]),
        MadeUpZone(
            testDescription: "an hour twice under one name",
            changes: [(0, 14_400, "MSK"), (1_774_800_000, 10_800, "MSK")]),
    ]
}
