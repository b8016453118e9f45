internal import ArgumentParser
internal import DOEConfiguration
internal import DOEPolicy

/// Which rules, for which kernel, and how the answer is printed.
struct RulesOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read rules from this directory alone.", valueName: "DIR"))
    var rules: String?

    @Option(help: ArgumentHelp("As if this kernel were running: 6.12.", valueName: "VERSION"))
    var kernel: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// The rules, with more files before all others if there are any.
    func load(preceding files: [RuleFile] = [], names: any NameResolver = HostNames()) throws -> Policy {
        try Self.load(rules: rules, kernel: kernel, preceding: files, names: names)
    }

    /// The rules of a directory, or the host's own.
    static func load(
        rules: String?, kernel: String?, preceding files: [RuleFile] = [], names: any NameResolver
    ) throws -> Policy {
        try HostPolicy.load(
            rulesDirectory: rules, generation: 0, kernel: try version(kernel, names), preceding: files, names: names)
    }

    func expectations(of policy: Policy, names: any NameResolver = HostNames()) throws -> HostExpectations {
        try HostPolicy.expectations(of: policy, rulesDirectory: rules, names: names)
    }

    /// `nil` for the one that runs.
    private static func version(_ kernel: String?, _ names: any NameResolver) throws -> KernelVersion? {
        guard let kernel else { return names is PortableNames ? PortableOption.kernel : nil }
        guard let version = KernelVersion(kernel) ?? KernelVersion(release: kernel) else {
            throw WrongUse("'\(kernel)' is no kernel version", "write major and minor number: 6.12")
        }
        return version
    }
}
