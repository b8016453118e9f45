/// What was read at a mailbox's read register and not yet taken by a write to it.
struct SeenValues {
    private var values: [(thread: Int32, value: UInt32)] = []

    var count: Int { values.count }

    /// A thread has read this.
    mutating func note(_ value: UInt32, by thread: Int32) {
        values.removeAll { $0.thread == thread }
        values.append((thread, value))
        if values.count > AssemblyLimits.reads { values.removeFirst() }
    }

    /// The value that a thread takes by its write: what it has read itself, or else what anybody read last. What others
    /// have read is then the past, except of those that are `waiting`, each for a response of its own.
    mutating func take(by thread: Int32, waiting: (Int32) -> Bool) -> UInt32? {
        let own = values.last { $0.thread == thread }?.value
        // What somebody has read for a response of its own is not taken by others.
        let taken = own ?? values.last { !waiting($0.thread) }?.value ?? values.last?.value
        values.removeAll { $0.thread == thread || !waiting($0.thread) }
        return taken
    }
}
