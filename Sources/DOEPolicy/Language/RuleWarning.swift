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

    /// A warning of a whole file.
    public init(file: String, message: String, remedy: String?) {
        self.init(
            place: SourcePlace(file: file, line: 1, bytes: [], lineRange: 0..<0, range: 0..<0), message: message,
            remedy: remedy)
    }

    /// The message, the line, a caret below it, and what to do.
    public var description: String {
        // Of a whole file there is no line to show.
        let head = place.text.isEmpty ? "\(place.file): warning: \(message)" : "\(place): warning: \(message)"
        let excerpt = place.text.isEmpty ? "" : "\n\(place.excerpt)"
        return head + excerpt + (remedy.map { "\n    \($0)" } ?? "")
    }
}
