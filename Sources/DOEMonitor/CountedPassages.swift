internal import DOEAuditTrail
internal import DOELinux
internal import DOERecord
internal import Synchronization

/// Refusals and answers from a copy that repeat what is on record already, each kind counted in one record a window.
///
/// The lock of the kinds is never held while a file is written: the server's loop asks here when the next window ends.
final class CountedPassages: Sendable {
    private struct State {
        var windows = KindWindows<PassageKind>(gathered: PassageKind.gathered)
        var records: [PassageKind: CountingRecord] = [:]
        /// The numbers of the first ones, which stand for those that are counted.
        var firsts: [PassageKind: UInt64] = [:]
        var whenOpened: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    /// When the next window ends, monotonic time in microseconds; `nil` while none is open.
    var next: UInt64? { state.withLock { $0.windows.next } }

    /// Calls `body`, on any thread, when a window was opened and none was before.
    func whenOpened(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenOpened = body } }

    /// What a passage of this kind is counted as.
    func take(_ kind: PassageKind) -> KindWindows<PassageKind>.Place {
        let (place, opened) = state.withLock { state in
            let isFirstOfAll = state.windows.next == nil
            let place = state.windows.take(kind, at: Clocks.monotonicMicroseconds)
            return (place, isFirstOfAll ? state.whenOpened : nil)
        }
        opened?()
        return place
    }

    /// The first of a kind is on record under this number; without one it is not, and the next one is a first again.
    func recorded(_ kind: PassageKind, as sequence: UInt64?) {
        state.withLock { state in
            state.firsts[kind] = sequence
            if sequence == nil { state.windows.forget(kind) }
        }
    }

    /// Counts one; `open` opens the record that counts where there is none yet. Returns the number of the record of the
    /// first of this kind, where that is known. When it throws, it is not counted.
    func count(
        _ kind: PassageKind, open: (_ first: UInt64) throws(TrailError) -> OpenRecord
    ) throws(TrailError) -> UInt64? {
        while true {
            let record = state.withLock { state in
                let record = state.records[kind] ?? CountingRecord()
                state.records[kind] = record
                return record
            }
            let time = Clocks.realtimeMicroseconds
            if try record.add(at: time, open: { () throws(TrailError) in try open(time) }) {
                return state.withLock { $0.firsts[kind] }
            }
        }
    }

    /// The records whose window has ended at this time, to be closed by whoever may wait for the disk.
    func due(at now: UInt64) -> [CountingRecord] {
        state.withLock { state in
            let due = state.windows.due(at: now)
            // A number that nobody asks for any more is forgotten with its window.
            state.firsts = state.firsts.filter { state.windows.isOpen($0.key) }
            return due.compactMap { state.records.removeValue(forKey: $0) }
        }
    }

    /// All that count, to be closed at the daemon's end.
    func takeAll() -> [CountingRecord] {
        state.withLock { state in
            defer { (state.records, state.firsts) = ([:], [:]) }
            state.windows.closeAll()
            return Array(state.records.values)
        }
    }
}
