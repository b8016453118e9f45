public import DOELinux

/// What could not be read, beside the records that could.
public struct ReadingNotes: Hashable, Sendable {
    /// Entries of ours that are no record for this version.
    public internal(set) var unreadable = 0
    /// Entries in our name that are no record and that somebody other than the daemon wrote, by uid; `nil` where it is
    /// not said who did.
    public internal(set) var foreign: [UInt32?: Int] = [:]
    /// Places in an export file that are no entry.
    public internal(set) var damage = 0
    /// Entries of ours that the machine's death has torn.
    var torn: [TornNumber] = []
    /// The first few of those that cannot be read, for a person.
    public internal(set) var examples: [String] = []
    /// Files that are there and were not read.
    public internal(set) var unread: [UnreadFile] = []

    /// Whether the journal, or a part of it, lies in memory.
    public internal(set) var isVolatile = false

    /// Nothing went wrong.
    public init() {}

    mutating func note(_ problem: String) {
        if examples.count < 5 { examples.append(problem) }
    }
}

/// Which record a torn entry was, as far as it still says so.
struct TornNumber: Hashable, Sendable {
    let key: TrailKey?
    let sequence: UInt64?
}
