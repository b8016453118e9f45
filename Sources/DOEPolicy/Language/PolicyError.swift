public import DOEWords

/// A policy that could not be loaded, with all that is wrong in it.
public struct PolicyError: ExplainedError, Hashable {
    /// The errors in the order of files and lines; the first hundred where there are more.
    public let errors: [RuleError]
    /// How many there are in all.
    public let count: Int

    init(errors: [RuleError], count: Int) {
        self.errors = errors
        self.count = count
    }

    /// The first error, and how many there are.
    public var problem: String {
        let first = errors.first?.problem ?? "the rules cannot be used"
        return count > 1 ? "\(first) (and \(count - 1) more)" : first
    }

    /// What to do about the first error, or in general.
    public var remedy: String? { errors.first?.remedy ?? "run 'doe-audit policy check'" }

    /// All errors as diagnostics, one below the other.
    public var description: String {
        var text = errors.map(\.description).joined(separator: "\n")
        if count > errors.count { text += "\n\(count - errors.count) more errors are not shown" }
        return text
    }
}
