internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
internal import DOEPolicy

/// Which rules, for which kernel.
struct RulesOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read rules from here only, in place of the standard directories.", valueName: "DIR"))
    var rules: String?

    @Flag(help: "Print JSON.")
    var json = false

    func load() throws -> Policy {
        let release = RunningKernel.release
        guard let kernel = KernelVersion(release: release) else {
            throw UnknownKernel(problem: "the kernel's release '\(release)' has no version in it", remedy: nil)
        }
        return try HostPolicy.load(rulesDirectory: rules, kernel: kernel, generation: 0)
    }
}
