public import DOEWords

/// Something in a rule file that is wrong. It prints like a compiler's diagnostic.
public struct RuleError: ExplainedError, Hashable {
    /// Where it stands.
    public let place: SourcePlace
    /// What is wrong, without the place: `unknown key 'usr'`.
    public let message: String
    /// What to write instead.
    public let remedy: String?

    init(place: SourcePlace, message: String, remedy: String?) {
        self.place = place
        self.message = message
        self.remedy = remedy
    }

    /// `50-site.rules:3:7: unknown key 'usr'`
    public var problem: String { "\(place): \(message)" }

    /// The problem, the line, a caret below it, and what to do.
    public var description: String {
        "\(place): error: \(message)\n\(place.excerpt)" + (remedy.map { "\n    \($0)" } ?? "")
    }
}
