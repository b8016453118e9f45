internal import ArgumentParser
internal import DOEAuditTrail
internal import DOEConfiguration
internal import DOELinux
internal import DOEProxy
internal import DOEWords

private let keys = ConfigurationKeys()

/// The daemon's options: one for each key of the configuration, under the property's own name, and where the files
/// are. A production host needs none.
struct DaemonOptions: ParsableArguments {
    @Flag(keys.proxy) var proxy: Bool?
    @Option(keys.witness) var witness: String?
    @Option(keys.simulate) var simulate: String?
    @Option(keys.tcp) var tcp: [String] = []
    @Option(keys.remote) var remote: [String] = []
    @Option(keys.peerTimeout) var peerTimeout: String?
    @Option(keys.spdmIdle) var spdmIdle: String?
    @Option(keys.mode) var mode: String?
    @Option(keys.user) var user: String?
    @Option(keys.brokerSocket) var brokerSocket: String?
    @Option(keys.sysfsRoot) var sysfsRoot: String?
    @Option(keys.rules) var rules: String?
    @Option(keys.runtimeDirectory) var runtimeDirectory: String?
    @Option(keys.stateDirectory) var stateDirectory: String?
    @Option(keys.ringSlots) var ringSlots: String?
    @Option(keys.ringShare) var ringShare: String?
    @Option(keys.journalSocket) var journalSocket: String?
    @Option(keys.journalDirectory) var journalDirectory: String?
    @Option(keys.frameTimeout) var frameTimeout: String?
    @Option(keys.rate) var rate: String?
    @Option(keys.burst) var burst: String?
    @Option(keys.openExchanges) var openExchanges: String?
    @Option(keys.requestSize) var requestSize: String?
    @Option(keys.connectionsPerUser) var connectionsPerUser: String?
    @Option(keys.connectionsOfUsers) var connectionsOfUsers: String?
    @Option(keys.firstRequest) var firstRequest: String?
    @Option(keys.connectionIdle) var connectionIdle: String?
    @Flag(keys.permissive) var permissive: Bool?
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
    /// What each client may take.
    var clientLimits: ClientLimits {
        var limits = ClientLimits()
        limits.rate = self.rate
        limits.burst = self.burst
        limits.openExchanges = self.openExchanges
        limits.requestBytes = self.requestSize
        limits.connections = self.connectionsPerUser
        limits.connectionsOfAll = self.connectionsOfUsers
        return limits.ending(self)
    }

    /// The same on the control socket.
    var controlLimits: ClientLimits { ClientLimits.onControlSocket.ending(self) }

    /// Where records go, and where they are read back from.
    var journal: JournalEndpoint {
        JournalEndpoint(
            socket: self.journalSocket, source: self.journalDirectory.map(JournalSource.directory) ?? .host)
    }
}

extension ClientLimits {
    /// With the times after which connections that rest are ended.
    fileprivate func ending(_ options: Configuration) -> Self {
        var limits = self
        limits.silentSeconds = options.firstRequest
        limits.idleSeconds = options.connectionIdle
        return limits
    }
}
