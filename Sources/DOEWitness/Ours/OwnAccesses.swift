internal import DOELinux
internal import DOEWords
internal import Synchronization

/// Which of the traced writes are this daemon's own: those that its mailboxes announced before they made them, each
/// once. What was not announced is foreign, whichever process it comes from.
///
/// Events come later than the announcements, and from several processors. Nothing here waits, and nothing is allocated
/// for each dword.
final class OwnAccesses: Sendable {
    /// What came of it so far.
    struct Counts: Hashable, Sendable {
        /// Writes of ours that the probes did not show although everything up to then was read: they do not fire.
        var unseen: UInt64 = 0
        /// Events taken for ours that nothing proves to be: their thread had announced more than is remembered.
        var unproven: UInt64 = 0
    }

    /// How many announced writes of one thread are remembered: as many dwords as a response of 256 KiB has.
    static let writesOfThread = 1 << 16
    /// How many threads, which is more than there are mailboxes.
    static let threadLimit = 1_024

    private struct State {
        var threads: [Int32: AnnouncedWrites] = [:]
        var counts = Counts()

        /// A thread that was silent for longer than all others makes room: mailboxes keep their threads.
        mutating func add(_ thread: Int32, limit: Int) {
            if threads.count >= OwnAccesses.threadLimit,
                let oldest = threads.min(by: { $0.value.lastTime < $1.value.lastTime })?.key
            {
                threads[oldest] = nil
            }
            threads[thread] = AnnouncedWrites(limit: limit)
        }
    }

    private let clock: @Sendable () -> UInt64
    private let limit: Int
    private let state = Mutex(State())

    /// Nothing announced yet.
    convenience init() { self.init(limit: Self.writesOfThread) { Clocks.monotonicNanoseconds } }

    /// With a clock of nanoseconds, the trace's own.
    init(limit: Int, clock: @escaping @Sendable () -> UInt64) {
        self.limit = limit
        self.clock = clock
    }

    /// What came of it so far.
    var counts: Counts { state.withLock { $0.counts } }

    // MARK: On the threads that write

    /// The calling thread is about to write these to one register.
    func announce(_ values: [UInt32], at offset: UInt16, of function: FunctionAddress) {
        announce(by: OwnThread.number) { writes, time in
            for value in values {
                writes.announce(AnnouncedWrite(time: time, function: function, offset: offset, value: value))
            }
        }
    }

    /// The calling thread is about to write this so many times.
    func announce(_ value: UInt32, times count: Int, at offset: UInt16, of function: FunctionAddress) {
        announce(by: OwnThread.number) { writes, time in
            for _ in 0..<count {
                writes.announce(AnnouncedWrite(time: time, function: function, offset: offset, value: value))
            }
        }
    }

    /// Of those that the calling thread announced the last so many did not happen.
    func takeBack(last count: Int) { takeBack(last: count, by: OwnThread.number) }

    func takeBack(last count: Int, by thread: Int32) {
        state.withLock { $0.threads[thread]?.takeBack(last: count) }
    }

    func announce(by thread: Int32, _ body: (inout AnnouncedWrites, UInt64) -> Void) {
        // The time is taken before the lock: who waits for it has not written yet.
        let time = clock()
        state.withLock { state in
            if state.threads[thread] == nil { state.add(thread, limit: limit) }
            // In place: a copy would cost more than all the rest.
            body(&state.threads[thread, default: AnnouncedWrites(limit: limit)], time)
        }
    }

    // MARK: On the thread that reads the trace

    /// Whether this thread has announced writes: what it reads is for an exchange of ours.
    func isAnnouncing(_ thread: Int32) -> Bool { state.withLock { $0.threads[thread] != nil } }

    /// Whether an event is one of our own writes. Each announced write answers for one event, and for one of the write
    /// to the file that it is made by.
    func claim(_ event: TracedEvent) -> Bool {
        let sign: AnnouncedWrites.Sign
        switch event.access {
        case .write(let function, let offset, 4, let value):
            sign = AnnouncedWrites.Sign(time: event.time, function: function, offset: offset, value: value)
        case .fileWrite(let function, let offset, 4):
            guard let offset = UInt16(exactly: offset) else { return false }
            sign = AnnouncedWrites.Sign(time: event.time, function: function, offset: offset, value: nil)
        default: return false
        }
        return state.withLock { state in
            switch state.threads[event.thread]?.claim(sign) {
            case .ours: return true
            case .perhapsOurs:
                state.counts.unproven += 1
                return true
            case .foreign, nil: return false
            }
        }
    }

    /// Forgets what was announced before this time, CLOCK_MONOTONIC in nanoseconds, and returns how many writes of
    /// ours no probe has shown. To be asked while there is sight, for a time some seconds ago up to which everything
    /// traced was read; while there is none, the answer says nothing, and is not counted where `counting` is false.
    func takeUnseen(before time: UInt64, counting: Bool = true) -> UInt64 {
        state.withLock { state in
            var unseen: UInt64 = 0
            for thread in Array(state.threads.keys) {
                unseen += state.threads[thread, default: AnnouncedWrites(limit: limit)].takeUnseen(before: time)
            }
            if counting { state.counts.unseen += unseen }
            return unseen
        }
    }

    /// Of what was announced until now no event need come, since nobody looked; one that does come is ours.
    func excuse() {
        state.withLock { state in
            for thread in Array(state.threads.keys) {
                state.threads[thread, default: AnnouncedWrites(limit: limit)].excuse()
            }
        }
    }
}
