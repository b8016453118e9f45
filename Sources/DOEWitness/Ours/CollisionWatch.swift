package import DOEWords
package import PCIConfig
internal import Synchronization

/// The witness as the mailboxes know it: it is told of their writes, tells them apart from others' when they are
/// traced, and answers whether somebody else has written.
///
/// It is there before the mailboxes are, and they before the probes: until `attach` it knows of no write of others.
package final class CollisionWatch: AccessWitness {
    /// Who has a thread at a time, CLOCK_MONOTONIC in microseconds, in words for a sentence; and what it calls itself.
    package typealias Naming = @Sendable (_ thread: Int32, _ time: UInt64, _ command: String?) -> String

    /// The daemon's own writes.
    let own: OwnAccesses
    private let foreign = ForeignWrites()
    private let name: Naming
    private let catchUp = Mutex<(@Sendable () -> Void)?>(nil)

    /// Nothing is traced yet.
    package convenience init(naming: @escaping Naming) { self.init(own: OwnAccesses(), naming: naming) }

    /// The same, with a clock of a test's in it.
    init(own: OwnAccesses, naming: @escaping Naming) {
        self.own = own
        name = naming
    }

    /// Notes others' writes to this mailbox from now on.
    func follow(_ mailbox: MailboxName) { foreign.follow(mailbox) }

    /// The trace is read from now on: `catchUp` reads once, without waiting, what was traced until now, and hands each
    /// event to `claim`. It is called on the threads of the mailboxes.
    func attach(catchUp: @escaping @Sendable () -> Void) { self.catchUp.withLock { $0 = catchUp } }

    /// The trace is read no more.
    func detach() { catchUp.withLock { $0 = nil } }

    /// Claims a traced event that is one of the daemon's own writes, or a read by a thread that makes them; what is
    /// neither is noted for the mailboxes. To be called once for each event, in any order: an announced write answers
    /// for one event.
    func claim(_ event: TracedEvent) -> Bool {
        switch event.access {
        case .read, .readEnded: return own.isAnnouncing(event.thread)
        default: if own.claim(event) { return true }
        }
        foreign.note(event)
        return false
    }

    /// This thread is about to write these.
    package func willWrite(_ values: [UInt32], at offset: UInt16, of function: FunctionAddress) {
        own.announce(values, at: offset, of: function)
    }

    /// This thread is about to write this so many times.
    package func willWrite(_ value: UInt32, times count: Int, at offset: UInt16, of function: FunctionAddress) {
        own.announce(value, times: count, at: offset, of: function)
    }

    /// The last so many of this thread did not happen.
    package func didNotWrite(last count: Int) { own.takeBack(last: count) }

    /// The first write of somebody else since that time, after one look at what was traced.
    package func foreignWrite(
        to registers: Range<UInt16>, of function: FunctionAddress, since: UInt64
    ) -> ForeignWrite? {
        guard let catchUp = catchUp.withLock({ $0 }) else { return nil }
        catchUp()
        return foreign.first(to: registers, of: function, since: since).map { write in
            ForeignWrite(
                time: write.time, offset: write.offset,
                who: write.thread.map { name($0, write.time, write.command) } ?? "the kernel")
        }
    }
}
