package import DOEObjects
package import DOEWords

/// What has reached a simulated function, so that a test can prove what has not.
package struct SimulatorCounts: Hashable, Sendable {
    /// Whole objects that GO handed to a handler, by vendor and type.
    package var executed: [ObjectID: Int] = [:]
    /// Whole objects that GO handed over and that no handler takes: dropped in silence.
    package var dropped: [ObjectID: Int] = [:]
    /// GO writes with something in the write mailbox that is no whole object, and not the rest of one that was
    /// emptied.
    package var malformed = 0
    /// The whole object that the last GO handed over, to a handler or to nobody; `nil` where there was none.
    package var handedOver: DataObject?
    /// How often the write mailbox was emptied in the middle of a request.
    package var emptied = 0
    /// Dwords written to the write mailbox.
    package var requestDwords = 0
    /// GO writes.
    package var goWrites = 0
    /// Abort writes.
    package var abortWrites = 0
    /// Writes to the read mailbox: a dword acknowledged each.
    package var acknowledgements = 0
    /// Reads of the read mailbox.
    package var responseReads = 0
    /// All dword writes, wherever they went.
    package var writes = 0
    /// Questions whether somebody else has written.
    package var questions = 0
    /// All dword reads.
    package var reads = 0

    /// Nothing yet.
    package init() {}

    /// How many whole objects of this vendor and type arrived, executed or dropped.
    package func arrived(_ object: ObjectID) -> Int { (executed[object] ?? 0) + (dropped[object] ?? 0) }
}
