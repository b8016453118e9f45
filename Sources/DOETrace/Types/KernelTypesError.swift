internal import DOEWords

/// Why the kernel's type information cannot be used, or does not tell something.
struct KernelTypesError: ExplainedError, Hashable {
    /// What is damaged or missing.
    let problem: String
    /// What to do next; `nil` where nobody can do anything.
    let remedy: String?

    init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }

    static func damaged(_ how: String) -> Self { Self("the kernel's type information is damaged: \(how)") }
}
