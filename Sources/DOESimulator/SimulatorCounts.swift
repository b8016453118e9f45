public import DOEObjects
public import DOEWords

/// What has reached a simulated function, so that a test can prove what has not.
public struct SimulatorCounts: Hashable, Sendable {
    /// Whole objects that GO handed to a handler, by vendor and type.
    public var executed: [ObjectID: Int] = [:]
    /// Whole objects that GO handed over and that no handler takes: dropped in silence.
    public var dropped: [ObjectID: Int] = [:]
    /// GO writes with something in the write mailbox that is no whole object, and not the rest of one that was emptied.
    public var malformed = 0
    /// The whole object that the last GO handed over, to a handler or to nobody; `nil` where there was none.
    public var handedOver: DataObject?
    /// How often the write mailbox was emptied in the middle of a request.
    public var emptied = 0
    /// Dwords written to the write mailbox.
    public var requestDwords = 0
    /// GO writes.
    public var goWrites = 0
    /// Abort writes.
    public var abortWrites = 0
    /// Writes to the read mailbox: a dword acknowledged each.
    public var acknowledgements = 0
    /// Reads of the read mailbox.
    public var responseReads = 0
    /// All dword writes, wherever they went.
    public var writes = 0
    /// Questions whether somebody else has written.
    public var questions = 0
    /// All dword reads.
    public var reads = 0

    /// Nothing yet.
    public init() {}

    /// How many whole objects of this vendor and type arrived, executed or dropped.
    public func arrived(_ object: ObjectID) -> Int { (executed[object] ?? 0) + (dropped[object] ?? 0) }
}
