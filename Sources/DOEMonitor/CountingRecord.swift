internal import DOEAuditTrail
internal import DOERecord
internal import Synchronization

/// A record that is open in the ring and counts passages of one kind until its window ends. Each is noted there before
/// its client gets its answer, so a daemon that is killed loses none.
final class CountingRecord: Sendable {
    private struct State: ~Copyable {
        var record: OpenRecord?
        var count: UInt64 = 0
        var first: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Counts one more, at this time since 1970 in microseconds; `open` opens the record where it is the first that is
    /// counted. `false` where it was closed meanwhile. When it throws, this one is not counted.
    func add(at time: UInt64, open: () throws(TrailError) -> OpenRecord) throws(TrailError) -> Bool {
        try state.withLock { state throws(TrailError) in
            guard !state.isClosed else { return false }
            if state.record == nil {
                state.record = try open()
                state.first = time
            }
            guard var record = state.record.take() else { return false }
            do throws(TrailError) {
                try record.count(state.count + 1, last: time)
                state.count += 1
                state.record = consume record
            } catch {
                state.record = consume record
                throw error
            }
            return true
        }
    }

    /// Closes it: nothing is counted here any more. Where its record cannot be written complete, the trail tries again.
    func close() {
        state.withLock { state in
            state.isClosed = true
            guard var record = state.record.take() else { return }
            record.record.tellCount(state.count, since: state.first)
            _ = try? record.close()
        }
    }
}

extension Record {
    /// Says for a person how many it counts.
    fileprivate mutating func tellCount(_ count: UInt64, since first: UInt64) {
        let last = self[.last].flatMap { UInt64($0) } ?? first
        let seconds = (last - min(first, last)) / 1_000_000 + 1
        message = "\(count) more within \(seconds) s: \(message)"
    }
}
