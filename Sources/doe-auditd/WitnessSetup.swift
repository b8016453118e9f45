internal import DOEConfiguration
internal import DOELinux
internal import DOEMonitor
internal import DOEWitness
internal import DOEWords
internal import Glibc
internal import PCIConfig

/// The witness of this host, in two steps: what is told of our own writes has to be there before the mailboxes are opened,
/// and the witness itself needs the monitor.
struct WitnessSetup {
    /// Who is told of our own writes, and asked for others'.
    let watch: CollisionWatch
    private let book: ProcessBook
    private let host: PCIHost
    private let privileged: Privileged

    /// `nil` where nobody is to look: it is switched off, as all is by `doe_audit.enforce=off`, or the functions are not
    /// this host's.
    init?(_ options: Configuration, _ switches: KernelSwitches, _ privileged: Privileged) {
        guard switches.isOpen, options.witness == .auto, options.simulate == nil, options.sysfsRoot == "/sys" else {
            return nil
        }
        let book = ProcessBook(own: getpid(), by: privileged.processes)
        self.privileged = privileged
        self.book = book
        host = PCIHost(sysfsRoot: options.sysfsRoot)
        watch = CollisionWatch { book.ownerSoFar(of: $0, at: $1).words(calling: $2) }
    }

    /// The witness, which looks at nothing before it is started.
    func witness(_ monitor: Monitor, _ directories: Directories) throws(LinuxError) -> Witness {
        try Witness(
            monitor: monitor, host: host, watch: watch, book: book, arming: privileged.arming,
            source: privileged.processes, access: privileged.config, runtimeDirectory: directories.runtime)
    }
}
