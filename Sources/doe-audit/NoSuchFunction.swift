internal import DOEWords

/// A mailbox's function is not on this host.
struct NoSuchFunction: ExplainedError {
    let problem: String
    let remedy: String?
}
