internal import ArgumentParser
internal import DOEReport

/// Which records, from the journal and the ring.
struct TrailOptions: ParsableArguments {
    @OptionGroup var journal: JournalOptions

    @Option(help: ArgumentHelp("Read what still waits in the daemon's ring here.", valueName: "DIR"))
    var stateDirectory: String?

    /// Whether anything was said of records.
    var isGiven: Bool { journal.isGiven || stateDirectory != nil }

    func reader() throws -> RecordReader {
        RecordReader(journal.source, ring: ring, asked: try journal.asked())
    }

    private var ring: RecordReader.RingPlace {
        if let stateDirectory { return .required(stateDirectory: stateDirectory) }
        return journal.isHostsOwn ? .ifReadable(stateDirectory: JournalOptions.defaultStateDirectory) : .notRead
    }
}
