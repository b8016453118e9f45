/// Something in a rule file that can be used, but hardly as it was meant.
public struct RuleWarning: Hashable, Sendable, CustomStringConvertible {
    /// Where it stands.
    public let place: SourcePlace
    /// What was found, without the place.
    public let message: String
    /// What to write instead.
    public let remedy: String?

    init(place: SourcePlace, message: String, remedy: String? = nil) {
        self.place = place
        self.message = message
        self.remedy = remedy
    }

    /// The message, the line, a caret below it, and what to do.
    public var description: String {
        "\(place): warning: \(message)\n\(place.excerpt)" + (remedy.map { "\n    \($0)" } ?? "")
    }
}
