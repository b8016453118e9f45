internal import FoundationEssentials

/// A report for programs: one JSON object, sorted keys, times in RFC 3339.
public enum ReportJSON {
    /// The report as JSON, with a newline at the end.
    public static func render(_ report: Report) throws -> String { try encoded(report) }

    /// A check as JSON, with a newline at the end.
    public static func render(_ check: Verification) throws -> String { try encoded(check) }

    /// A back-test as JSON, with a newline at the end.
    public static func render(_ test: Backtest) throws -> String { try encoded(test) }

    /// An explanation of a record as JSON, with a newline at the end.
    public static func render(_ explanation: RecordExplanation) throws -> String { try encoded(explanation) }

    /// Suggestions as JSON, with a newline at the end.
    public static func render(_ suggestions: Suggestions) throws -> String { try encoded(suggestions) }

    private static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
