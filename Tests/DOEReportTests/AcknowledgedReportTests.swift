import DOERecord
import DOEWords
import Testing

@testable import DOEReport

@Suite("What somebody has acknowledged, in the report")
struct AcknowledgedReportTests {
    private static func report(_ trail: TrailMaker) -> Report {
        var builder = ReportBuilder(source: .exportFile("night.export"))
        for record in trail.records { builder.add(TrailEntry(record: record, writerUID: 0)) }
        return builder.finish()
    }

    private static func acknowledge(
        _ trail: inout TrailMaker, _ subject: String, _ letters: TaintLetters, mailbox: String? = nil,
        isKept: Bool = true
    ) {
        trail.add(.taintAcknowledged, .notice) {
            $0[.subject] = subject
            $0[.mailbox] = mailbox
            $0[.reason] = "SEC-12"
            if isKept { $0.acknowledged = letters } else { $0[.status] = "unkept" }
        }
    }

    /// An attempt at compliance mode and a vendor's object, both at 0000:0d:00.0@190.
    private static func trail() -> TrailMaker {
        var trail = TrailMaker()
        let vendor = ObjectID(vendor: 0x10de, type: 0x01)
        trail.exchange(.exchangeWarned, .warning, vendor, "vendor object", .vendor, .warn, taint: .vendor)
        trail.exchange(
            .complianceRefused, .critical, .compliance, "CXL Compliance Mode", .compliance, .deny,
            taint: .complianceAttempted)
        return trail
    }

    private static func open(_ trail: TrailMaker) -> [Finding.Kind] {
        report(trail).attention.filter { !$0.isAcknowledged }.map(\.kind)
    }

    @Test(
        "what it was for stands below all else, and is no longer asked for",
        arguments: [
            ("all", nil), ("0000:0d:00.0@190", nil), ("0000:0d:00.0", nil),
            ("8086:0d93:0000000000001234", "0000:0d:00.0@190"),
        ] as [(String, String?)])
    func acknowledged(subject: String, mailbox: String?) {
        var trail = Self.trail()
        #expect(Self.open(trail) == [.compliance, .warned])
        Self.acknowledge(&trail, subject, [.vendor, .complianceAttempted], mailbox: mailbox)
        let report = Self.report(trail)
        #expect(report.attention.map(\.isAcknowledged) == [true, true])
        let text = ReportText.render(report)
        #expect(text.contains("needs attention.\n") && !text.contains("CRITICAL") && !text.contains("->"))
        #expect(text.contains("ACKNOWLEDGED SINCE\n  compliance mode: "))
    }

    @Test("only the letters, the place and the time that it is about")
    func limits() {
        var trail = Self.trail()
        Self.acknowledge(&trail, "host", [.vendor, .complianceAttempted])
        Self.acknowledge(&trail, "0000:2a:00.0@190", [.vendor, .complianceAttempted])
        Self.acknowledge(&trail, "all", .abort)
        #expect(Self.open(trail) == [.compliance, .warned])
        Self.acknowledge(&trail, "all", .vendor)
        #expect(Self.open(trail) == [.compliance])
        Self.acknowledge(&trail, "0000:0d:00.0", .complianceAttempted)
        #expect(Self.open(trail) == [])
        // It comes again, at the same place by the same client: all of it is to be looked at.
        trail.exchange(
            .complianceRefused, .critical, .compliance, "CXL Compliance Mode", .compliance, .deny,
            taint: .complianceAttempted)
        #expect(Self.open(trail) == [.compliance])
    }

    @Test("one that could not be kept acknowledges nothing, and what raised no letter cannot be acknowledged")
    func notKept() {
        var trail = Self.trail()
        trail.exchange(.exchangeRefused, .error, .discovery, "DOE Discovery", .published, .deny)
        Self.acknowledge(&trail, "all", [.vendor, .complianceAttempted])
        #expect(Self.open(trail) == [.refused])
        Self.acknowledge(&trail, "all", [], isKept: false)
        #expect(Self.open(trail) == [.compliance, .refused, .warned])
    }

    @Test("a loss stays a loss: the trail is not whole, whoever has acknowledged the letter")
    func loss() {
        var trail = Self.trail()
        trail.add(.recordsLost, .alert) { $0.taint = .lost }
        Self.acknowledge(&trail, "all", [.vendor, .complianceAttempted, .lost])
        let report = Self.report(trail)
        #expect(report.attention.allSatisfy(\.isAcknowledged) && report.trail == .notWhole)
        #expect(ReportText.render(report).contains("THE TRAIL IS NOT WHOLE"))
    }

    @Test("letters of a newer version are counted, and hide none of the others")
    func newerLetters() {
        var trail = TrailMaker()
        trail.exchange(.exchangeWarned, .warning, .discovery, "DOE Discovery", .published, .warn) { $0[.taint] = "VZ" }
        #expect(Self.report(trail).taints.map(\.letter) == ["V", "Z"])
    }

    @Test("a restart in order raises no letter, and its time without sight is told")
    func restart() {
        var trail = TrailMaker()
        trail.add(.daemonStopped, .notice) { _ in }
        trail.add(.witnessStarted, .notice) {
            $0[.status] = "restart"
            $0[.first] = "1772330520000000"
            $0[.last] = "1772330522000000"
        }
        let report = Self.report(trail)
        #expect(report.sight.blindSince == nil && report.sight.unseen.count == 1 && report.attention.isEmpty)
    }
}
