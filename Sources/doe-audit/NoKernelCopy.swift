internal import DOEWords

/// `--from kernel`, and the kernel has nothing.
struct NoKernelCopy: ExplainedError {
    let problem: String
    let remedy: String?
}
