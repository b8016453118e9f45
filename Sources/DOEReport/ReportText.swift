internal import DOEWords

/// A report for a person's eyes: what matters first, nothing that does not.
public struct ReportText: Sendable {
    let report: Report
    private let isColored: Bool
    var lines: [String] = []

    /// How many findings of one kind, and how many rows of a table, are shown.
    static let rowLimit = 10

    /// The report as text, a newline at the end of each line. Colour only where the reader's terminal shows it.
    public static func render(_ report: Report, colored: Bool = false) -> String {
        var text = ReportText(report: report, isColored: colored)
        text.sight()
        text.head()
        text.attention()
        text.tables()
        text.observed()
        text.taints()
        text.foot()
        return text.lines.map { $0 + "\n" }.joined()
    }

    private init(report: Report, isColored: Bool) {
        self.report = report
        self.isColored = isColored
    }

    private mutating func head() {
        let open = report.attention.filter { !$0.isAcknowledged }
        let grave = open.count { $0.severity != .warning }
        if report.records == 0 && report.attention.isEmpty {
            return nothing()
        } else if open.isEmpty {
            lines.append(
                report.sight.isTold && !report.sight.isDoubtful
                    ? painted("Nothing needs attention.", .good)
                    : painted("Nothing of what is on record needs attention.", .warning))
        } else if grave == 0 {
            lines.append(painted("Nothing is wrong; \(counted(open.count, "thing")) to look at.", .warning))
        } else {
            lines.append(painted("\(counted(grave, "thing")) need\(grave == 1 ? "s" : "") attention.", .critical))
        }
        guard let first = report.first, let last = report.last else { return }
        lines.append(
            "\(counted(report.exchanges, "exchange")), \(counted(report.records, "record")), "
                + "\(Timestamp.span(first, last)), from \(report.source.printable)")
    }

    /// Nothing is no good news: who did not write has nothing to tell either.
    private mutating func nothing() {
        let place = report.source.printable
        guard report.hasSeenAny else {
            lines += ["No records in \(place).", report.advice]
            return
        }
        lines.append("Nothing is on record in \(place)\(report.asked.words.map { " \($0)" } ?? "").")
        lines.append("It cannot be told whether nothing happened or nobody wrote: name a longer time.")
    }

    private mutating func attention() {
        for severity in [Finding.Severity.critical, .error, .warning] {
            let findings = report.attention.filter { $0.severity == severity && !$0.isAcknowledged }
            if findings.isEmpty { continue }
            lines.append("")
            lines.append(painted(severity.title, severity == .warning ? .warning : .critical))
            show(findings, withRemedies: true)
        }
        let acknowledged = report.attention.filter(\.isAcknowledged)
        if acknowledged.isEmpty { return }
        lines.append("")
        lines.append(painted("ACKNOWLEDGED SINCE", .title))
        show(acknowledged, withRemedies: false)
    }

    private mutating func show(_ findings: [Finding], withRemedies: Bool) {
        for kind in Finding.Kind.allCases {
            let same = findings.filter { $0.kind == kind }
            // What was not read nobody can look up elsewhere.
            let limit = kind == .unread ? same.count : Self.rowLimit
            for finding in same.prefix(limit) { show(finding) }
            if same.count > limit { lines.append("  and \(same.count - limit) more of this kind: --json") }
            if withRemedies, let first = same.first { lines.append("      -> \(first.remedy)") }
        }
    }

    private mutating func show(_ finding: Finding) {
        let times = finding.count == 1 ? "" : "\(finding.count)x "
        let host = finding.host.map { ", on \($0.asName)" } ?? ""
        lines.append("  \(times)\(finding.kind.title): \(finding.what.printable)\(host)")
        guard let first = finding.first, let last = finding.last else { return }
        lines.append("      \(finding.count == 1 ? "at \(first.point)" : Timestamp.span(first, last))")
    }

    private mutating func tables() {
        table("Road", report.counts.road)
        table("Class", report.counts.objectClass)
        table("Verdict", report.counts.verdict)
        objects()
        table("Mailbox", report.counts.mailbox)
        table("Client", report.counts.client)
    }

    private mutating func table(_ title: String, _ counts: [String: Int]) {
        guard !counts.isEmpty else { return }
        let rows = counts.map { (name: $0.key.printable, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let digits = String(rows.first?.count ?? 0).count
        lines.append("")
        lines.append(painted(title, .title))
        for row in rows.prefix(Self.rowLimit) {
            let number = String(row.count)
            lines.append("  " + String(repeating: " ", count: digits - number.count) + "\(number)  \(row.name)")
        }
        if rows.count > Self.rowLimit { lines.append("  and \(rows.count - Self.rowLimit) more: --json") }
    }

    private mutating func objects() {
        guard !report.objects.isEmpty else { return }
        let shown = report.objects.prefix(Self.rowLimit)
        let digits = shown.map { String($0.count).count }.max() ?? 0
        let width = shown.map { ($0.verdict ?? "?").printable.count }.max() ?? 0
        lines.append("")
        lines.append(painted("Object", .title))
        for row in shown {
            let number = String(row.count)
            let verdict = (row.verdict ?? "?").printable
            let name = [row.object ?? "none", row.name ?? "", "(\(row.objectClass ?? "?"))"].filter { !$0.isEmpty }
            lines.append(
                "  " + String(repeating: " ", count: digits - number.count) + "\(number)  \(verdict)"
                    + String(repeating: " ", count: width - verdict.count + 2) + name.joined(separator: " ").printable)
        }
        if report.objects.count > Self.rowLimit {
            lines.append("  and \(report.objects.count - Self.rowLimit) more: --json")
        }
    }

    private mutating func taints() {
        guard !report.taints.isEmpty else { return }
        lines.append("")
        lines.append(painted("Taints raised", .title))
        let places = report.taints.map { $0.mailbox?.printable ?? "the host" }
        let width = places.map(\.count).max() ?? 0
        for (taint, place) in zip(report.taints, places) {
            let padding = String(repeating: " ", count: width - place.count)
            let last = taint.last.map { ", last \($0.point)" } ?? ""
            lines.append(
                "  \(place)\(padding)  \(taint.letter)  \(taint.meaning), \(counted(taint.count, "time"))\(last)")
        }
    }

    private mutating func foot() {
        guard report.records > 0 else { return }
        if !report.sight.isTold {
            lines.append("")
            lines.append(
                "No record of the witness lies in this time: 'doe-audit status' tells whether it sees what goes past"
                    + " the proxy.")
        }
        lines.append("")
        let duplicates = report.duplicates == 0 ? "" : ", \(counted(report.duplicates, "duplicate")) recognised"
        switch report.trail {
        case .whole:
            lines.append(
                "The trail is whole: no number is missing and every record fits the one before it\(duplicates).")
        case .notWhole: lines.append("THE TRAIL IS NOT WHOLE: see above\(duplicates).")
        case .unknown: lines.append("IT CANNOT BE TOLD WHETHER THE TRAIL IS WHOLE: see above\(duplicates).")
        }
        if report.hasLostTaint { lines.append("LETTERS OF TAINT MAY BE LOST, and the trail says so: see above.") }
        if report.misdated > 0 {
            lines.append(
                "\(counted(report.misdated, "record")) of another time by the clock, with numbers behind a later one: the"
                    + " clock was set; leave --since and --until away to see them.")
        }
    }

    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    func painted(_ text: String, _ paint: Paint) -> String { paint.on(text, colored: isColored) }
}

extension Finding.Severity {
    fileprivate var title: String {
        switch self {
        case .critical: "CRITICAL"
        case .error: "WRONG OR REFUSED"
        case .warning: "TO LOOK AT"
        }
    }
}

extension Finding.Kind {
    fileprivate var title: String {
        switch self {
        case .recordsLost: "records lost"
        case .taintLost: "taint lost"
        case .ledger: "taint ledger"
        case .gap: "records missing"
        case .chainBroken: "chain broken"
        case .conflict: "forged or repeated number"
        case .foreignWriter: "not written by the daemon"
        case .unread: "not read"
        case .unreadable: "unreadable entries"
        case .newer: "not checked"
        case .compliance: "compliance mode"
        case .leaseAttempted: "lease asked for in production"
        case .bypass: "behind the proxy's back"
        case .kernelUnexpected: "unexpected of the kernel"
        case .collision: "collision"
        case .blind: "witness blind"
        case .interrupted: "interrupted"
        case .failed: "failed"
        case .recordsDelayed: "records delayed"
        case .policyBroken: "policy refused"
        case .leased: "lease"
        case .unenforced: "passed in permissive mode"
        case .modeLowered: "mode lowered"
        case .refused: "refused"
        case .leaseRefused: "lease refused"
        case .limited: "refused by a limit"
        case .changeRefused: "change refused"
        case .malformed: "malformed"
        case .unseen: "nobody looked"
        case .configWrite: "config write"
        case .warned: "warned"
        case .tainted: "tainted"
        }
    }
}
