internal import DOEBroker
internal import DOELinux
internal import DOEWords
internal import Glibc
internal import PCIConfig

/// The broker: opens what takes rights, for one daemon that has none, and never sees a byte of a client's. Options and
/// wiring, no logic.
@main
struct DOEAuditBroker {
    /// As many as all its threads hold at once, twice over.
    private static let descriptors: UInt = 256
    /// How long the last words of one that does not start wait for a reader, microseconds.
    private static let lastPatience: UInt64 = 1_000_000

    private static let words = UnwaitingStream(.error)

    private static let usage = """
        usage: doe-audit-broker [--user NAME] [--sysfs-root DIR] [--kernel-taint]

        Opens for doe-auditd what only root may open. It is of no use by hand: a doe-auditd that root starts begins its
        own, which ends with it, and talks to it over descriptor 3, a socket of whole messages. As a service it goes on
        when the daemon ends: then descriptor 3 listens.

          --user NAME       descriptor 3 listens; serve this user's daemon (a name, or a number), one at a time
          --sysfs-root DIR  where sysfs is mounted (/sys)
          --kernel-taint    the daemon may have the kernel's own taint set
          --version, --help
        """

    static func main() {
        StandardStream.keepClosed()
        for number in [SIGHUP, SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
        do throws(LinuxError) {
            guard let options = BrokerOptions(CommandLine.arguments.dropFirst()) else {
                words.say(usage, patience: lastPatience)
                exit(2)
            }
            switch options.wanted {
            case .version: StandardStream.output.say(ProductVersion.current)
            case .help: StandardStream.output.say(usage)
            case .daemon: try serve(options)
            case .daemons(let user): try serve(daemonsOf: user, options)
            }
            exit(0)
        } catch {
            complain(error.problem, patience: lastPatience)
            if let remedy = error.remedy { complain("  \(remedy)", patience: lastPatience) }
            exit(3)
        }
    }

    /// One daemon, which has started it.
    private static func serve(_ options: BrokerOptions) throws(LinuxError) {
        // It ends when its daemon does, which still needs it while that is told to end. A signal for all of a service is
        // one for the daemon.
        for number in [SIGTERM, SIGINT] { signal(number, SIG_IGN) }
        let socket = try MessageSocket(
            passedAs: ChildProgram.passedDescriptor, remedy: "start doe-auditd, which starts its broker")
        try giveUp()
        let runner = try BrokerRunner(
            socket: socket, service: service(options), errands: errands(options, keepsArms: false)
        ) { complain($0) }
        try runner.runWithItsMaker()
    }

    /// A service's daemons, one after the other.
    private static func serve(daemonsOf name: String, _ options: BrokerOptions) throws(LinuxError) {
        let listener = try MessageListener(
            passedAs: ChildProgram.passedDescriptor,
            remedy: "start it by its socket: systemctl start doe-audit-broker.socket")
        let user = try SystemUser.chosen(
            name, to: "serve", remedy: "make it with systemd-sysusers, as the installation does")
        let signals = try SignalDescriptor([SIGTERM, SIGINT])
        try giveUp()
        var door = BrokerDoor(
            listener: listener, user: user.id, service: service(options), errands: try errands(options, keepsArms: true)
        ) { complain($0) }
        try door.run(until: signals)
    }

    /// Before the first thread, since each thread has rights of its own.
    private static func giveUp() throws(LinuxError) {
        try OwnPrivileges.keep([.administrate, .trace, .readSearch])
        try OwnPrivileges.gainNoMore()
        try OwnPrivileges.limit(descriptors: descriptors)
        OwnMemory.giveBackAfterPeaks()
        CrashReports.switchOff()
        do throws(LinuxError) {
            try SystemCallFilter.broker.apply()
        } catch {
            // As for the daemon: an audit that does not start is worse than one that is better held elsewhere.
            complain("system calls that the broker never needs are not taken from it: \(error.description)")
        }
    }

    private static func service(_ options: BrokerOptions) -> BrokerService {
        BrokerService(leave: options.kernelTaint ? .kernelTaint : [])
    }

    private static func errands(_ options: BrokerOptions, keepsArms: Bool) throws(LinuxError) -> BrokerErrands {
        try BrokerErrands(host: PCIHost(sysfsRoot: options.sysfsRoot), keepsArms: keepsArms)
    }

    private static func complain(_ text: String, patience: UInt64 = 0) {
        words.say("doe-audit-broker: \(text)", patience: patience)
    }
}

/// What its command line says. By hand: a parser with its libraries would be more code than all the rest that runs as
/// root here.
struct BrokerOptions {
    enum Wanted {
        /// To serve the one at the other end of descriptor 3.
        case daemon
        /// To serve those of this user that connect to it.
        case daemons(of: String)
        case version
        case help
    }

    private(set) var wanted = Wanted.daemon
    private(set) var sysfsRoot = "/sys"
    private(set) var kernelTaint = false

    /// `nil` where it is used wrongly.
    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let word = rest.popFirst() {
            switch word {
            case "--sysfs-root":
                guard let path = rest.popFirst(), path.hasPrefix("/") else { return nil }
                sysfsRoot = path
            case "--user":
                guard let name = rest.popFirst(), !name.isEmpty else { return nil }
                wanted = .daemons(of: name)
            case "--kernel-taint": kernelTaint = true
            case "--version": wanted = .version
            case "--help": wanted = .help
            default: return nil
            }
        }
    }
}
