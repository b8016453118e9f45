internal import DOEWords

/// What one thread of ours has announced to write and what of it the trace has shown, oldest first, so many at most.
///
/// A thread announces, writes, and only then announces again. So what was announced at a time was written before the
/// next announcement: that is the window in which its event has to lie. What never came, since the kernel refused it
/// or lost its event, is thereby in nobody's way, and events may come in any order, as they do from several
/// processors.
struct AnnouncedWrites {
    /// How far a time of the trace and one of ours may be apart, nanoseconds: two readings of one clock, of which the
    /// trace's may be taken while the kernel adjusts it.
    static let tolerance: UInt64 = 20_000

    /// What an event was found to be.
    enum Answer: Hashable {
        /// A write of ours.
        case ours
        /// Perhaps ours: more was announced at that time than is remembered.
        case perhapsOurs
        /// None of ours.
        case foreign
    }

    /// What an event has to show.
    struct Sign {
        let time: UInt64
        let function: FunctionAddress
        let offset: UInt16
        /// `nil` of a write to the file, which does not show it.
        let value: UInt32?
    }

    private let limit: Int
    /// From `first` on; those before are gone, and their room is taken back from time to time.
    private var writes: [AnnouncedWrite] = []
    private var first = 0
    /// Announced, not settled, and given up for want of room: how many, and how late they may have been written.
    private var forgotten = 0
    private var forgottenUntil: UInt64 = 0

    /// Room for so many.
    init(limit: Int) { self.limit = limit }

    /// How many are remembered.
    var count: Int { writes.count - first }
    /// The time of the last announcement; 0 where none is remembered.
    var lastTime: UInt64 { writes.last?.time ?? 0 }

    // MARK: Announcing

    mutating func announce(_ write: AnnouncedWrite) {
        if count == limit { makeRoom(at: write.time) }
        writes.append(write)
    }

    /// The last so many did not happen.
    mutating func takeBack(last number: Int) {
        for index in max(0, count - number)..<count { self[index].isTakenBack = true }
    }

    private mutating func makeRoom(at time: UInt64) {
        if !self[0].isSettled {
            forgotten += 1
            forgottenUntil = count > 1 ? self[1].time : time
        }
        removeFirst()
    }

    // MARK: Claiming

    /// Whether an event shows a write that was announced and whose event was not seen yet.
    mutating func claim(_ sign: Sign) -> Answer {
        // The readings of the clock seldom differ, and those that are near are many where a thread is fast.
        if let index = match(sign, within: 0) ?? match(sign, within: Self.tolerance) {
            if sign.value == nil { self[index].isFileWriteClaimed = true } else { self[index].isClaimed = true }
            return .ours
        }
        guard forgotten > 0, sign.time <= forgottenUntil + Self.tolerance else { return .foreign }
        // Of a write there are two events, and only the second one settles it.
        if sign.value != nil { forgotten -= 1 }
        return .perhapsOurs
    }

    /// The first whose window holds the event's time, or comes as near to it as this.
    private func match(_ sign: Sign, within distance: UInt64) -> Int? {
        let earliest = sign.time > distance ? sign.time - distance : 0
        var found: Int?
        var index = lastIndex(upTo: sign.time + distance)
        // Where the window of what was announced together with this ends.
        var end = index + 1 < count ? self[index + 1].time : .max
        while index >= 0, end >= earliest {
            let write = self[index]
            if fits(write, sign) { found = index }
            if index > 0, self[index - 1].time != write.time { end = write.time }
            index -= 1
        }
        return found
    }

    private func fits(_ write: AnnouncedWrite, _ sign: Sign) -> Bool {
        guard write.function == sign.function, write.offset == sign.offset else { return false }
        guard let value = sign.value else { return !write.isFileWriteClaimed }
        return !write.isSettled && write.value == value
    }

    /// The last that was announced at this time or before, -1 where none was.
    private func lastIndex(upTo time: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    // MARK: Looking back

    /// Forgets what was written before this time, and returns how much of it nothing was seen of. What was announced
    /// last may still be under way, in a kernel that takes its time, and stays.
    mutating func takeUnseen(before time: UInt64) -> UInt64 {
        var unseen: UInt64 = 0
        let last = lastTime
        while count > 0, self[0].time < time, self[0].time < last {
            if !self[0].isSettled, !self[0].isExcused { unseen += 1 }
            removeFirst()
        }
        // The times of what was forgotten lie before those of what is there.
        if forgotten > 0, forgottenUntil < time {
            unseen += UInt64(forgotten)
            forgotten = 0
        }
        return unseen
    }

    /// Of what was announced until now no event need come.
    mutating func excuse() {
        for index in 0..<count { self[index].isExcused = true }
        forgotten = 0
    }

    private mutating func removeFirst() {
        first += 1
        guard first * 2 >= writes.count else { return }
        writes.removeFirst(first)
        first = 0
    }

    private subscript(index: Int) -> AnnouncedWrite {
        get { writes[first + index] }
        set { writes[first + index] = newValue }
    }
}
