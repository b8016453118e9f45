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
        usage: doe-audit-broker [--sysfs-root DIR] [--kernel-taint]

        Opens for doe-auditd what only root may open. doe-auditd starts it, and it ends with doe-auditd: it is of no use
        by hand. It talks to that daemon over descriptor 3, a socket of whole messages.

          --sysfs-root DIR  where sysfs is mounted (/sys)
          --kernel-taint    the daemon may have the kernel's own taint set
          --version, --help
        """

    static func main() {
        StandardStream.keepClosed()
        // It ends when its daemon does, which still needs it while that is told to end. A signal for all of a service is
        // one for the daemon.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
        do throws(LinuxError) {
            guard let options = BrokerOptions(CommandLine.arguments.dropFirst()) else {
                words.say(usage, patience: lastPatience)
                exit(2)
            }
            switch options.wanted {
            case .version: StandardStream.output.say(ProductVersion.current)
            case .help: StandardStream.output.say(usage)
            case .service: try serve(options)
            }
            exit(0)
        } catch {
            complain(error.problem, patience: lastPatience)
            if let remedy = error.remedy { complain("  \(remedy)", patience: lastPatience) }
            exit(3)
        }
    }

    private static func serve(_ options: BrokerOptions) throws(LinuxError) {
        let socket = try MessageSocket(
            passedAs: ChildProgram.passedDescriptor, remedy: "start doe-auditd, which starts its broker")
        // Before the first thread, since each thread has rights of its own.
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
        let runner = try BrokerRunner(
            socket: socket, service: BrokerService(leave: options.kernelTaint ? .kernelTaint : []),
            errands: BrokerErrands(host: PCIHost(sysfsRoot: options.sysfsRoot))
        ) { complain($0) }
        try runner.run()
    }

    private static func complain(_ text: String, patience: UInt64 = 0) {
        words.say("doe-audit-broker: \(text)", patience: patience)
    }
}

/// What its command line says. By hand: a parser with its libraries would be more code than all the rest that runs as
/// root here.
struct BrokerOptions {
    enum Wanted {
        case service
        case version
        case help
    }

    private(set) var wanted = Wanted.service
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
            case "--kernel-taint": kernelTaint = true
            case "--version": wanted = .version
            case "--help": wanted = .help
            default: return nil
            }
        }
    }
}
