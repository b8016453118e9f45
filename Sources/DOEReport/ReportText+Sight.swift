internal import DOEWords

// What went past the proxy, and whether anybody looked.
extension ReportText {
    /// Above all else: who reads "nothing" has to know that nobody looked.
    mutating func sight() {
        let sight = report.sight
        if let since = sight.blindSince {
            let reason = sight.blindReason.map { ": \($0.printable)" } ?? ""
            lines.append(painted("BLIND since \(since.point)\(reason)", .critical))
        }
        for unseen in sight.unseen.suffix(Self.rowLimit) {
            lines.append(
                painted("Nothing was seen between \(unseen.first.point) and \(unseen.last.point).", .warning))
        }
        if sight.unseen.count > Self.rowLimit {
            lines.append("and \(sight.unseen.count - Self.rowLimit) times before that")
        }
        if sight.missed > 0 {
            lines.append(painted("The witness lost \(counted(sight.missed, "event")).", .critical))
        }
        if !lines.isEmpty { lines.append("") }
    }

    mutating func observed() {
        guard !report.observed.isEmpty else { return }
        lines.append("")
        lines.append(painted("Observed past the proxy", .title))
        let shown = report.observed.prefix(Self.rowLimit)
        let digits = shown.map { String($0.count).count }.max() ?? 0
        let width = shown.map { ($0.road ?? "?").count }.max() ?? 0
        for row in shown {
            let (number, road) = (String(row.count), row.road ?? "?")
            lines.append(
                "  " + String(repeating: " ", count: digits - number.count) + "\(number)  \(road.printable)"
                    + String(repeating: " ", count: max(width - road.count, 0) + 2) + row.words.printable)
        }
        if report.observed.count > Self.rowLimit { lines.append("  and \(report.observed.count - Self.rowLimit) more") }
    }
}

extension ObservedCount {
    /// `1e98:02 CXL Table Access (CDAT) at 0000:0d:00.0@190 by uid 0 /usr/bin/setpci, done, would be denied`
    fileprivate var words: String {
        var text = [object, name].compactMap(\.self).joined(separator: " ")
        if text.isEmpty { text = "an exchange" }
        if let place { text += " at \(place)" }
        if let client { text += " by \(client)" }
        if let status { text += ", \(status)" }
        if let would { text += ", the policy's word: \(would)" }
        return text
    }
}
