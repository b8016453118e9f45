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
