/// A table of comparisons.
enum Table {
    static func print(_ rows: [Comparison], peer: String) {
        let width = rows.map(\.work.count).max() ?? 0
        line("", width, ["doe-audit", peer, "ratio", "lowest", "highest"])
        for row in rows {
            line(
                row.work, width,
                [row.ours, row.peer].map { "\(fixed($0, decimals: row.unit == "x" ? 2 : 1)) \(row.unit)" }
                    + [row.ratio, row.lowest, row.highest].map { fixed($0, decimals: 2) })
        }
        Swift.print("\nRuns in turns; medians. Ratio: ours to \(peer), 2.00 is twice as long.")
    }

    private static func line(_ name: String, _ width: Int, _ cells: [String]) {
        let padded = cells.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }
        Swift.print(name + String(repeating: " ", count: width - name.count) + padded.joined())
    }

    /// Decimals by hand: Foundation would bring more code than all of this.
    private static func fixed(_ value: Double, decimals: Int = 1) -> String {
        guard value.isFinite, value >= 0, value < 1e12 else { return "-" }
        let scale = decimals == 1 ? 10 : 100
        let scaled = Int((value * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
