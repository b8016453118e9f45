public import DOELinux
public import DOEPolicy

/// Makes a policy of what stands on this host: its rule files, its accounts, its kernel.
public enum HostPolicy {
    /// Where a site's rules stand.
    public static let directory = DropInDirectories.rules.paths[0]

    /// Loads the standard directories, or the one that was named by hand.
    ///
    /// - Parameter kernel: in place of the running one, to see what another one would make of the rules.
    /// - Parameter preceding: files that come before all others, though they stand nowhere yet.
    /// - Parameter names: in place of the host's own, for rules of another host.
    /// - Parameter symbols: who reads the names of the kernel's functions.
    ///
    /// Throws `DropInError` where files cannot be read or must not be believed, `PolicyError` where the rules are
    /// broken, `UnknownKernel` where the kernel does not tell its version.
    public static func load(
        rulesDirectory: String?, generation: UInt64, kernel: KernelVersion? = nil, preceding: [RuleFile] = [],
        names: any NameResolver = HostNames(), symbols: SymbolReader = { () throws(LinuxError) in try KernelSymbols() }
    ) throws -> Policy {
        let directories = directories(rulesDirectory)
        let files = preceding + (try read(directories))
        return try Policy.load(
            files: files, kernel: try Self.kernel(kernel, symbols: symbols), resolver: names, generation: generation,
            warnings: warnings(directories))
    }

    /// Files that look like rules, and are not read.
    static func warnings(_ directories: DropInDirectories) -> [RuleWarning] {
        directories.passedOver().map {
            RuleWarning(file: $0.path, message: "this file is not read: \($0.reason)", remedy: $0.remedy)
        }
    }

    /// The kernel that was named, by its version alone; else the one that runs.
    static func kernel(
        _ named: KernelVersion?, symbols: SymbolReader = { () throws(LinuxError) in try KernelSymbols() }
    ) throws(UnknownKernel) -> KernelFacts {
        if let named { return KernelFacts(named) }
        return try runningKernel(symbols: symbols)
    }

    /// Who reads the names of the kernel's functions.
    public typealias SymbolReader = () throws(LinuxError) -> KernelSymbols

    /// The kernel that runs, by its version, the names of its functions and the security managers that it knows; by
    /// its version alone where the names cannot be read.
    static func runningKernel(
        sysfs: String = "/sys", symbols: SymbolReader = { () throws(LinuxError) in try KernelSymbols() }
    ) throws(UnknownKernel) -> KernelFacts {
        let release = RunningKernel.release
        guard let version = KernelVersion(release: release) else { throw UnknownKernel(release: release) }
        do throws(LinuxError) {
            let symbols = try symbols()
            return KernelFacts(
                version, has: symbols.has, hasAny: symbols.hasAny,
                securityManagers: SecurityManagers.registered(sysfs: sysfs))
        } catch {
            return KernelFacts(version, symbols: .unreadable(error.problem))
        }
    }

    /// Loads what is expected of the rules, for the kernel that they were loaded for.
    public static func expectations(
        of policy: Policy, rulesDirectory: String?, names: any NameResolver = HostNames()
    ) throws -> HostExpectations {
        try HostExpectations(
            beside: directories(rulesDirectory), kernel: try policy.kernel ?? runningKernel(), names: names)
    }

    private static func directories(_ named: String?) -> DropInDirectories {
        named.map(DropInDirectories.rules(in:)) ?? .rules
    }

    static func read(_ directories: DropInDirectories) throws -> [RuleFile] {
        try directories.read().map { RuleFile(path: $0.path, text: $0.text) }
    }
}
