/// Something in a rule file that can be used, but not as it was meant on this host.
public struct RuleWarning: Hashable, Sendable, CustomStringConvertible {
    /// Where it stands.
    public let place: SourcePlace
    /// What was found, without the place.
    public let message: String

    /// The message, the line and a caret below it.
    public var description: String { "\(place): warning: \(message)\n\(place.excerpt)" }
}
