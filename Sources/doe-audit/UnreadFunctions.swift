internal import DOEWords

/// A scan that could not look everywhere: what it did not find may still be there.
struct UnreadFunctions: ExplainedError {
    let count: Int
    let first: any ExplainedError

    var problem: String { "\(counted(count, "function")) could not be read; the first: \(first.problem)" }
    var remedy: String? { first.remedy }
}
