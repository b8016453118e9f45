internal import DOEWords

/// A request of which something else becomes than is expected.
public struct ExpectationDifference: Hashable, Sendable, CustomStringConvertible {
    /// Where the expectation stands.
    public let place: SourcePlace
    /// The one request, in the words of the rules: `object=0001:01 uid=0`.
    public let request: String
    /// `expected deny, expected the taint C`
    public let expected: String
    /// The administrator's own reason.
    public let because: String?
    /// What becomes of it.
    public let decision: Decision

    /// What was expected, without the place.
    public var message: String {
        let taint = decision.taint.isEmpty ? "" : ", taint \(decision.taint)"
        return "\(expected)\(because.map { " (\($0.inQuotes))" } ?? "") for \(request): it is \(decision.verdict), "
            + "class \(decision.objectClass)\(taint)\(decision.asksDevice ? ", ask-device" : ""): \(decision.sentence)"
    }

    /// Place and message, on one line.
    public var description: String { "\(place): \(message)" }
}
