internal import DOEPolicy

/// What a part of the daemon refuses although the judge may have let it through.
public struct Refusal: Hashable, Sendable {
    /// The part, the word of DOE_RULE.
    public let by: String
    /// Why, a sentence without a full stop.
    public let because: String

    /// A refusal from its parts.
    public init(by part: String, because reason: String) {
        by = part
        because = reason
    }
}

extension Refusal {
    /// What stands in the way of something, as the refusal that comes of it.
    init(_ hindrance: Hindrance) { self.init(by: hindrance.by, because: hindrance.because) }
}
