internal import ArgumentParser
internal import DOEAuditTrail
internal import DOEConfiguration
internal import DOELinux

private let keys = ConfigurationKeys()

/// The daemon's options: one for each key of the configuration, under the property's own name, and where the files are.
/// A production host needs none.
struct DaemonOptions: ParsableArguments {
    @Option(keys.simulate) var simulate: String?
    @Option(keys.sysfsRoot) var sysfsRoot: String?
    @Option(keys.rules) var rules: String?
    @Option(keys.runtimeDirectory) var runtimeDirectory: String?
    @Option(keys.stateDirectory) var stateDirectory: String?
    @Option(keys.journalSocket) var journalSocket: String?
    @Option(keys.journalDirectory) var journalDirectory: String?
    @Option(keys.frameTimeout) var frameTimeout: String?
    @Flag(keys.kernelTaint) var kernelTaint: Bool?

    @Option(
        help: ArgumentHelp(
            "Read \(ConfigurationFiles.name) and its drop-ins from here only, in place of the standard directories.",
            valueName: "DIR"))
    var configuration: String?
}

extension DaemonOptions {
    /// The files, with what was given on the command line over them.
    func load() throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            configuration.map(ConfigurationFiles.init(in:)) ?? .host, commandLine: givenKeys(besides: ["configuration"])
        )
    }
}

extension Configuration {
    /// Where records go, and where they are read back from.
    var journal: JournalEndpoint {
        JournalEndpoint(
            socket: self.journalSocket, source: self.journalDirectory.map(JournalSource.directory) ?? .host)
    }
}
