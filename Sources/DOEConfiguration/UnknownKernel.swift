public import DOEWords

/// The running kernel does not tell its version, and object lines ask for it.
public struct UnknownKernel: ExplainedError {
    /// What `uname -r` says.
    public let release: String

    /// What happened.
    public var problem: String { "the kernel's release '\(release)' has no version in it" }
    /// Nobody here can change it.
    public var remedy: String? { nil }
}
