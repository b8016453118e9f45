internal import DOELinux
public import DOEPolicy

/// Makes a policy of what stands on this host: its rule files, its accounts, its kernel.
public enum HostPolicy {
    /// Loads the standard directories, or the one that was named by hand.
    ///
    /// - Parameter kernel: in place of the running one, to see what another one would make of the rules.
    /// - Parameter preceding: files that come before all others, though they stand nowhere yet.
    ///
    /// Throws `DropInError` where files cannot be read or must not be believed, `PolicyError` where the rules are
    /// broken, `UnknownKernel` where the kernel does not tell its version.
    public static func load(
        rulesDirectory: String?, generation: UInt64, kernel: KernelVersion? = nil, preceding: [RuleFile] = []
    ) throws -> Policy {
        let kernel = try kernel.map { KernelFacts($0) } ?? runningKernel()
        let files = preceding + (try read(rulesDirectory.map(DropInDirectories.rules(in:)) ?? .rules))
        return try Policy.load(files: files, kernel: kernel, resolver: HostNames(), generation: generation)
    }

    /// The kernel that runs, by its version, the names of its functions and the security managers that it knows; by
    /// its version alone where the names cannot be read.
    static func runningKernel(procfs: String = "/proc", sysfs: String = "/sys") throws(UnknownKernel) -> KernelFacts {
        let release = RunningKernel.release
        guard let version = KernelVersion(release: release) else { throw UnknownKernel(release: release) }
        do throws(LinuxError) {
            let symbols = try KernelSymbols(procfs: procfs)
            return KernelFacts(
                version, has: symbols.has, hasAny: symbols.hasAny,
                securityManagers: SecurityManagers.registered(sysfs: sysfs))
        } catch {
            return KernelFacts(version, symbols: .unreadable(error.problem))
        }
    }

    /// Loads what is expected of the rules: the `.expect` files beside them, which mask each other as rule files do.
    public static func expectations(rulesDirectory: String?) throws -> Expectations {
        let rules = rulesDirectory.map(DropInDirectories.rules(in:)) ?? .rules
        let beside = DropInDirectories(
            paths: rules.paths, selection: .suffix(".expect"), mustExist: rules.mustExist, owners: rules.owners)
        return try Expectations.load(files: try read(beside), resolver: HostNames())
    }

    private static func read(_ directories: DropInDirectories) throws -> [RuleFile] {
        try directories.read().map { RuleFile(path: $0.path, text: $0.text) }
    }
}
