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
    /// Records not yet read back from the journal.
    public var unconfirmed: Int
    /// Where journald is expected.
    public var journalSocket: String
    /// Why records are not moving on; absent when they are.
    public var problem: String?

    enum CodingKeys: String, CodingKey {
        case instance, sequence, anchor, capacity, pending, unconfirmed, problem
        case journalSocket = "journal_socket"
    }

    /// A status from its parts.
    public init(
        instance: String, sequence: Int64, anchor: String? = nil, capacity: Int, pending: Int, unconfirmed: Int,
        journalSocket: String, problem: String?
    ) {
        self.instance = instance
        self.sequence = sequence
        self.anchor = anchor
        self.capacity = capacity
        self.pending = pending
        self.unconfirmed = unconfirmed
        self.journalSocket = journalSocket
        self.problem = problem
    }
}
