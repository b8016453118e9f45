internal import DOEWords

/// A CDAT of which something is wrong. What is good of it was shown.
struct FlawedTable: ExplainedError {
    let flaws: [String]
    let remedy: String?

    /// `nil` for a table without a flaw.
    init?(_ flaws: [String], remedy: String?) {
        guard !flaws.isEmpty else { return nil }
        self.flaws = flaws
        self.remedy = remedy
    }

    var problem: String {
        let more = flaws.count > 1 ? "; \(counted(flaws.count - 1, "flaw")) more: --json" : ""
        return "the table is flawed, \(flaws[0])\(more)"
    }
}
