/// When the witness tries whether it still sees, and what came of it. Times in microseconds, CLOCK_MONOTONIC.
struct CanaryWatch: Hashable, Sendable {
    /// How often it is tried.
    static let interval: UInt64 = 30_000_000
    /// How long an event may take from the kernel to the witness: it is read as soon as the witness' thread runs.
    static let patience: UInt64 = 2_000_000

    /// How far the last try has come.
    private enum Stage: Hashable {
        case none
        /// Another thread has been asked to read; a busy processor lets it wait.
        case asked(UInt64)
        /// It had not read in time: nothing follows from that.
        case late(UInt64)
        case read(UInt64)
    }

    /// When a read was seen last; when the witness began, at first.
    private(set) var lastSeen: UInt64
    /// Whether a read was not seen, and none since.
    private(set) var isUnanswered = false
    private var stage = Stage.none
    private var nextTry: UInt64

    init(at now: UInt64) {
        lastSeen = now
        nextTry = now
    }

    /// Whether there is a read to wait for.
    var isWaiting: Bool { stage != .none }

    /// Whether a read is to be made now. One that is late has been waited for long enough.
    func isDue(at now: UInt64) -> Bool {
        switch stage {
        case .none, .late: now >= nextTry
        case .asked, .read: false
        }
    }

    /// A read was asked for.
    mutating func willRead(at now: UInt64) {
        stage = .asked(now)
        nextTry = now &+ Self.interval
    }

    /// It was made, and began then.
    mutating func didRead(at time: UInt64) {
        switch stage {
        case .asked, .late: stage = .read(time)
        // It was seen before anybody said that it was made.
        case .none, .read: break
        }
    }

    /// It could not be made: the next one is tried in its time.
    mutating func couldNotRead() { stage = .none }

    /// A read was seen that began then. One that began before the last try is no answer to it.
    mutating func saw(readAt time: UInt64) {
        lastSeen = max(lastSeen, time)
        switch stage {
        case .asked(let since), .late(let since), .read(let since): if time < since { return }
        // It comes late, and comes.
        case .none: break
        }
        stage = .none
        isUnanswered = false
    }

    /// Whether the last read should have been seen and was not. It is tried again then.
    mutating func isLost(at now: UInt64) -> Bool {
        switch stage {
        case .read(let since) where now >= since &+ Self.patience:
            stage = .none
            isUnanswered = true
            return true
        case .asked(let since) where now >= since &+ Self.patience: stage = .late(since)
        default: break
        }
        return false
    }

    /// Nothing follows from the last read: events were lost meanwhile, or it was made where nobody looks any more.
    mutating func excuse() {
        stage = .none
        isUnanswered = false
    }

    /// When there is something to do next.
    var nextDeadline: UInt64 {
        switch stage {
        case .asked(let since), .read(let since): since &+ Self.patience
        case .none, .late: nextTry
        }
    }
}
