import DOERecord
import DOEWords
import Testing

@testable import DOEReport

@Suite("What became of the taint ledger, in the report")
struct LedgerReportTests {
    private static func report(_ trail: TrailMaker) -> Report {
        var builder = ReportBuilder(source: .exportFile("night.export"))
        for record in trail.records { builder.add(TrailEntry(record: record, writerUID: 0)) }
        return builder.finish()
    }

    @Test("a loss is critical; what was owed and what was changed is an error, and what was kept since is none")
    func findings() {
        var trail = TrailMaker()
        trail.add(.taintOwed, .critical) {
            $0[.status] = "owed"
            $0.taint = .bypass
        }
        trail.add(.taintOwed, .notice) {
            $0[.status] = "kept"
            $0.taint = .bypass
        }
        trail.add(.ledgerChanged, .error) { $0[.status] = "removed" }
        trail.add(.taintLost, .alert) { $0.taint = .lost }
        let report = Self.report(trail)
        #expect(report.attention.map(\.kind) == [.taintLost, .ledger, .ledger])
        #expect(report.attention.map(\.severity) == [.critical, .error, .error])
        #expect(report.attention.map(\.count) == [1, 1, 1])
        #expect(report.trail == .whole, "the trail itself lacks nothing")
        #expect(report.hasLostTaint)
        #expect(ReportText.render(report).contains("\nLETTERS OF TAINT MAY BE LOST"))
    }

    @Test("what was only owed, or changed and put right, lost nothing")
    func kept() {
        var trail = TrailMaker()
        trail.add(.taintOwed, .critical) { $0[.status] = "owed" }
        trail.add(.ledgerChanged, .error) { $0[.status] = "removed" }
        let report = Self.report(trail)
        #expect(!report.hasLostTaint && !ReportText.render(report).contains("LETTERS OF TAINT"))
    }

    private static func check(_ trail: TrailMaker) throws -> Verification {
        let last = try #require(trail.records.last)
        let anchor = RecordAnchor(
            instance: try #require(last.instance), sequence: try #require(last.sequence),
            digest: SHA256Digest(of: last.encoded))
        var builder = VerificationBuilder(source: .exportFile("night.export"), expected: [anchor])
        for record in trail.records { builder.add(TrailEntry(record: record, writerUID: 0)) }
        return builder.finish()
    }

    @Test("a check names letters that are lost, and does not call all in order; each record is there all the same")
    func checked() throws {
        var trail = TrailMaker()
        trail.add(.ledgerChanged, .error) { $0[.status] = "removed" }
        #expect(try Self.check(trail).outcome == .whole)
        trail.add(.taintLost, .alert) { $0.taint = .lost }
        let check = try Self.check(trail)
        #expect(check.outcome == .accounted && check.losses.isEmpty && check.taintLosses.count == 1)
        #expect(check.instances.map(\.outcome) == [.whole])
        let text = VerificationText.render(check)
        #expect(text.hasPrefix("Every number has its record. Letters of taint may be lost"))
        #expect(text.contains("\nLosses of taint on record\n") && !text.contains("\nLosses on record\n"))
        // Where records may be lost as well, that comes first.
        trail.add(.recordsLost, .alert) { $0[.status] = "power-cut" }
        #expect(VerificationText.render(try Self.check(trail)).hasPrefix("Records may be lost"))
    }

    @Test("a letter that was owed is counted with the record that raised it, and not once more")
    func counted() {
        var trail = TrailMaker()
        trail.exchange(
            .complianceRefused, .critical, .compliance, "CXL Compliance Mode", .compliance, .deny,
            taint: .complianceAttempted)
        trail.add(.taintOwed, .critical) {
            $0[.status] = "owed"
            $0.taint = .complianceAttempted
        }
        #expect(Self.report(trail).taints.map(\.count) == [1])
    }
}
