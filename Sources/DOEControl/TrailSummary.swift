/// The audit trail, as `GetStatus` tells it.
public struct TrailSummary: Codable, Hashable, Sendable {
    /// The ring's instance.
    public var instance: String
    /// The last number given.
    public var sequence: Int64
    /// The record that has it, `INSTANCE:NUMBER:DIGEST`, to be kept elsewhere; absent before the first.
    public var anchor: String?
    /// How many records the ring can hold.
    public var capacity: Int
    /// Records not yet handed to journald.
    public var pending: Int
    /// Records not yet known to be on the journal's disk; of a journal in memory, not yet read back from it.
    public var unconfirmed: Int
    /// A file of the journal that lies in memory, where records are given up when they are read back from it, and
    /// lost with the machine; absent where they are on a disk, or none was given up yet.
    public var volatileFile: String?
    /// Where journald is expected.
    public var journalSocket: String
    /// Why records are not moving on; absent when they are.
    public var problem: String?

    enum CodingKeys: String, CodingKey {
        case instance, sequence, anchor, capacity, pending, unconfirmed, problem
        case volatileFile = "volatile_file"
        case journalSocket = "journal_socket"
    }

    /// A status from its parts.
    public init(
        instance: String, sequence: Int64, anchor: String? = nil, capacity: Int, pending: Int, unconfirmed: Int,
        volatileFile: String? = nil, journalSocket: String, problem: String?
    ) {
        self.instance = instance
        self.sequence = sequence
        self.anchor = anchor
        self.capacity = capacity
        self.pending = pending
        self.unconfirmed = unconfirmed
        self.volatileFile = volatileFile
        self.journalSocket = journalSocket
        self.problem = problem
    }
}
