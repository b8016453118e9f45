internal import ArgumentParser
internal import DOEConfiguration
internal import DOEPolicy

/// Whether the rules are this host's.
struct PortableOption: ParsableArguments {
    /// The oldest kernel that doe-audit runs on: what is judged for where another host's kernel was not named.
    static let kernel = KernelVersion(major: 6, minor: 1)

    @Flag(help: "The names in the rules are another host's: look up nothing here.")
    var portable = false

    /// Who looks up names.
    var names: any NameResolver { portable ? PortableNames() : HostNames() }
}
