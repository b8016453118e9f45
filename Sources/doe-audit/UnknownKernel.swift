internal import DOEWords

/// The running kernel does not tell its version, and the rules ask for it.
struct UnknownKernel: ExplainedError {
    let problem: String
    let remedy: String?
}
