internal import DOELinux
public import DOEPolicy

/// Makes a policy of what stands on this host: its rule files, its accounts, its kernel.
public enum HostPolicy {
    /// Loads the standard directories, or the one that was named by hand.
    ///
    /// Throws `DropInError` where files cannot be read or must not be believed, `PolicyError` where the rules are
    /// broken, `UnknownKernel` where the kernel does not tell its version.
    public static func load(rulesDirectory: String?, generation: UInt64) throws -> Policy {
        let release = RunningKernel.release
        guard let kernel = KernelVersion(release: release) else { throw UnknownKernel(release: release) }
        let directories = rulesDirectory.map(DropInDirectories.rules(in:)) ?? .rules
        let files = try directories.read().map { RuleFile(path: $0.path, text: $0.text) }
        return try Policy.load(files: files, kernel: kernel, resolver: HostAccounts(), generation: generation)
    }
}
