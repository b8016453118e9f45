import DOERecord
import DOEReport
import DOEWords
import Testing

@Suite("What the report says of what went past the proxy")
struct SightReportTests {
    private static func report(_ trail: TrailMaker) -> Report {
        var builder = ReportBuilder(source: .exportFile("night.export"))
        for record in trail.records { builder.add(TrailEntry(record: record, writerUID: 0)) }
        return builder.finish()
    }

    private static func observed(
        _ trail: inout TrailMaker, _ object: ObjectID, _ name: String, _ road: Road, count: Int, taint: TaintLetters,
        exe: String? = "/usr/bin/setpci"
    ) {
        trail.exchange(.exchangeObserved, .error, object, name, .published, .observed, taint: taint) { record in
            record.road = road
            record[.would] = "deny"
            record[.count] = String(count)
            record[.first] = "1772330400000000"
            record[.last] = "1772330405000000"
            record[.clientExe] = exe
            if exe == nil { record[.clientUID] = nil }
        }
    }

    @Test("a folded record counts as many exchanges as it is about, everywhere")
    func counts() {
        var trail = TrailMaker()
        Self.observed(&trail, .discovery, "DOE Discovery", .bypass, count: 1, taint: .bypass)
        Self.observed(&trail, .discovery, "DOE Discovery", .bypass, count: 99, taint: .bypass)
        Self.observed(&trail, .tableAccess, "CXL Table Access (CDAT)", .kernel, count: 9, taint: [], exe: nil)
        let report = Self.report(trail)
        #expect(report.exchanges == 109 && report.records == 3)
        #expect(report.counts.road == ["bypass": 100, "kernel": 9])
        #expect(report.counts.verdict == ["observed": 109])
        #expect(report.objects.map(\.count) == [100, 9])
        #expect(report.taints.map(\.count) == [100])
        #expect(report.attention.map(\.kind) == [.bypass] && report.attention.first?.count == 100)
        #expect(report.observed.map(\.count) == [100, 9])
        #expect(report.observed.map(\.client) == ["uid 0 /usr/bin/setpci", "the kernel"])
        let text = ReportText.render(report)
        #expect(
            text.contains("Observed past the proxy\n  100  bypass  0001:00 DOE Discovery at 0000:0d:00.0@190 by uid 0"))
        #expect(text.contains("\n    9  kernel  1e98:02 CXL Table Access (CDAT) at 0000:0d:00.0@190 by the kernel"))
    }

    @Test("a count that somebody has made up cannot be one too many")
    func hugeCounts() {
        var trail = TrailMaker()
        for _ in 0..<3 { Self.observed(&trail, .discovery, "DOE Discovery", .bypass, count: .max, taint: .bypass) }
        #expect(Self.report(trail).exchanges == .max)
    }

    @Test("what the kernel should not use, collisions and writes to other registers are told apart")
    func kinds() {
        var trail = TrailMaker()
        Self.observed(&trail, .spdm, "CMA/SPDM", .kernel, count: 2, taint: .kernelUnexpected, exe: nil)
        Self.observed(
            &trail, .compliance, "CXL Compliance Mode", .bypass, count: 1, taint: [.bypass, .complianceAttempted])
        trail.add(.collision, .critical) { $0[.mailbox] = "0000:0d:00.0@190" }
        trail.add(.configWritten, .notice) {
            $0[.address] = "0000:0d:00.0"
            $0[.count] = "5"
            $0[.clientUID] = "0"
        }
        let report = Self.report(trail)
        #expect(report.attention.map(\.kind) == [.compliance, .kernelUnexpected, .collision, .configWrite])
        #expect(report.attention.map(\.count) == [1, 2, 1, 5])
        #expect(report.exchanges == 3)
        #expect(report.observed.map(\.count).reduce(0, +) == 8)
    }

    @Test("who was blind at the end is told so at the top, and never that nothing needs attention")
    func blind() {
        var trail = TrailMaker()
        trail.add(.witnessStarted, .notice) { _ in }
        #expect(!Self.report(trail).sight.isDoubtful)
        #expect(ReportText.render(Self.report(trail)).hasPrefix("Nothing needs attention.\n"))
        trail.add(.witnessBlind, .error) { $0.taint = .witnessBlind }
        trail.add(.witnessBlind, .error) { $0.taint = .witnessBlind }
        let report = Self.report(trail)
        // The first of the two says since when.
        #expect(report.sight.blindSince?.point == "2026-03-01 02:02:00 UTC")
        #expect(ReportText.render(report).hasPrefix("BLIND since 2026-03-01 02:02:00 UTC: "))
        trail.add(.witnessStarted, .warning) {
            $0.taint = .witnessBlind
            $0[.first] = "1772330520000000"
            $0[.last] = "1772330640000000"
        }
        let later = Self.report(trail)
        #expect(later.sight.blindSince == nil && later.sight.unseen.count == 1)
        #expect(
            ReportText.render(later).hasPrefix(
                "Nothing was seen between 2026-03-01 02:02:00 UTC and 2026-03-01 02:04:00 UTC.\n"))
    }

    @Test("a restart is a time in which nobody looked; one for which the kernel kept what happened is none")
    func restarts() {
        for (status, count) in [("restart", 1), ("handover", 0)] {
            var trail = TrailMaker()
            trail.add(.witnessStarted, .notice) { _ in }
            trail.add(.daemonStopped, .notice) { _ in }
            trail.add(.witnessStarted, .notice) {
                $0[.status] = status
                $0[.first] = "1772330520000000"
                $0[.last] = "1772330640000000"
            }
            let sight = Self.report(trail).sight
            #expect(sight.unseen.count == count && sight.blindSince == nil, "\(status)")
        }
    }

    @Test("after the daemon has stopped nobody looks; lost events are counted")
    func stoppedAndMissed() {
        var trail = TrailMaker()
        trail.add(.daemonStopped, .notice) { _ in }
        #expect(Self.report(trail).sight.blindSince == nil, "it did not see before, as far as is known")
        trail.add(.witnessStarted, .notice) { _ in }
        trail.add(.witnessMissed, .error) { $0[.count] = "77" }
        trail.add(.witnessMissed, .error) { $0[.count] = "3" }
        trail.add(.daemonStopped, .notice) { _ in }
        let report = Self.report(trail)
        #expect(report.sight.missed == 80 && report.sight.blindSince == report.last)
        #expect(report.attention.map(\.kind) == [.blind] && report.attention.first?.count == 80)
        #expect(ReportText.render(report).contains("The witness lost 80 events."))
    }
}
