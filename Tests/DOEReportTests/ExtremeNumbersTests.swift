import DOEAuditTrail
import DOEPolicy
import DOERecord
@testable import DOEReport
import DOEWords
import Testing

@Suite("Numbers in a journal that no daemon writes trap no reader")
struct ExtremeNumbersTests {
    private static let extremes: [UInt64] = [
        0, 1, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, .max - 1, .max,
    ]
    private static let fields: [Field] = [
        .sequence, .time, .monotonic, .schema, .count, .first, .last, .latency, .requestBytes, .responseBytes,
        .clientPID, .clientUID, .clientTCPUID, .clientLoginUID, .clientSession, .serial, .leaseUntil,
    ]

    /// A trail in which each record but the first has such numbers, in its turn.
    private func records(_ field: Field, from place: Int) -> [Record] {
        var trail = TrailMaker()
        trail.add(.daemonStarted, .notice) { $0[.mode] = "production" }
        for _ in 0..<2 * Self.extremes.count {
            trail.asked("10de:01", .deny, by: "default") {
                $0[.count] = "7"
                $0[.first] = "5"
                $0[.last] = "6"
            }
        }
        trail.add(.recordsLost, .alert) { $0[.status] = "ring-damaged" }
        trail.add(.witnessBlind, .warning) { _ in }
        trail.add(.witnessMissed, .warning) { $0[.count] = "7" }
        trail.add(.daemonStopped, .notice) { _ in }
        var records = trail.records
        for index in records.indices.dropFirst() {
            records[index][field] = String(Self.extremes[(index + place) % Self.extremes.count])
        }
        // And as the last record of an instance before.
        records[0].before = RecordAnchor(
            instance: String(repeating: "6b", count: 16), sequence: Self.extremes[place], digest: .zero)
        return records
    }

    @Test("in each field, read in order and from the end", arguments: fields, [false, true])
    func read(_ field: Field, _ isReversed: Bool) throws {
        for place in Self.extremes.indices {
            let found = records(field, from: place)
            let records = isReversed ? found.reversed() : found
            let expected = Self.extremes.map {
                RecordAnchor(instance: found[0].instance ?? "", sequence: $0, digest: .zero)
            }
            for since in [nil, 0, 1, 1 << 32, UInt64.max - 1, .max] as [UInt64?] {
                for until in [nil, 0, UInt64.max] as [UInt64?] {
                    var report = ReportBuilder(source: .exportFile("x"), since: since, until: until)
                    for record in records { report.add(TrailEntry(record: record, writerUID: 0, machine: "m")) }
                    let result = report.finish()
                    _ = try ReportJSON.render(result)
                    #expect(!ReportText.render(result).isEmpty)
                }
                var check = VerificationBuilder(source: .exportFile("x"), since: since, expected: expected)
                for record in records { check.add(TrailEntry(record: record, writerUID: 0, machine: "m")) }
                let result = check.finish()
                _ = try ReportJSON.render(result)
                #expect(!VerificationText.render(result).isEmpty)
                #expect(since != nil || field != .sequence || result.outcome != .whole)
            }
            var trial = BacktestBuilder(of: try site("allow object=10de:01\n"), source: .exportFile("x"))
            var suggestion = SuggestionBuilder(source: .exportFile("x"), at: Timestamp(microseconds: .max))
            for record in records {
                trial.add(record)
                suggestion.add(record)
            }
            _ = try ReportJSON.render(trial.finish())
            let rules = "allow object=1e98:02\n"
            _ = try suggestion.finish(under: try site(rules)) { try site($0.text + rules, "suggested.rules") }
        }
    }
}
