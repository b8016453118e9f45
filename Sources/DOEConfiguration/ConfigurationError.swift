public import DOEWords

/// A configuration that the daemon must not start with: every mistake that was found, each in a line of its own that
/// begins with file and line, or with the option.
public struct ConfigurationError: ExplainedError, Equatable {
    /// One sentence a mistake.
    public let mistakes: [String]

    /// The mistakes, a line each.
    public var problem: String { mistakes.joined(separator: "\n") }
    /// Each mistake names its own.
    public var remedy: String? { nil }

    init(_ mistakes: [String]) { self.mistakes = mistakes }
}
