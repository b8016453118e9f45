internal import DOEAuditTrail
internal import DOEConfiguration
internal import DOELinux
internal import DOEProxy
internal import DOEWitness
internal import DOEWords

extension DescriptorNeeds {
    /// What of its own the daemon has open whatever it serves, and for a moment: its ring, its threads' wake-ups,
    /// files that are read or written anew. Generous.
    private static let ofItsOwn = 96

    /// Those of a daemon with these mailboxes.
    init(of options: Configuration, _ found: [FoundMailbox], watched: Int, doors: Int, isWitnessing: Bool, limit: Int) {
        self.init(limit: limit)
        // A config file and a socket, or a socket and a peer, which may be parting from the one before.
        let count = found.reduce(0) { $0 + ($1.name.kind == .remote ? 3 : 2) } + watched + doors
        add(count, for: "\(found.count + watched) mailboxes")
        if !found.isEmpty {
            add(options.clientLimits.mostDescriptors, for: "their clients")
            add(ClientLimits.mostDescriptorsOfRefused, for: "those who are refused")
        }
        add(options.controlLimits.mostDescriptors, for: "the control socket's clients")
        let files = JournalFiles.count(of: options.journal.source)
        // Each once for libsystemd, and once to see that it is on its disk.
        add(2 * files, for: "\(files) files of the journal")
        if isWitnessing { add(Witness.mostDescriptors, for: "the witness") }
        add(Self.ofItsOwn, for: "all else")
    }
}
