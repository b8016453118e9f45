internal import DOELinux
internal import Synchronization

/// What goes to the kernel log before risky exchanges: the first of its kind at once, since a panic may follow; those
/// that come after it as one line with their count when a window ends.
///
/// No kind is counted under another: who sends harmless objects by the hundred must not hide the one that kills the
/// host. Where there is no place for a kind, each of its exchanges has a line.
final class KernelLines: Sendable {
    private struct State {
        var fold = EventFold<KernelLineKind>(limits: .ofKernelLines, gathered: KernelLineKind.gathered)
        var whenOpened: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let write: @Sendable (String) -> Bool

    /// `write` has a line written, and says whether the kernel has taken it.
    init(write: @escaping @Sendable (String) -> Bool) { self.write = write }

    /// When the next window ends, monotonic time in microseconds; `nil` while none is open.
    var next: UInt64? { state.withLock { $0.fold.next } }

    /// Calls `body`, on any thread, when a window was opened and none was before.
    func whenOpened(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenOpened = body } }

    /// An exchange is about to be sent. Where it is the first of its kind, the kernel log has its line now.
    func announce(_ exchange: KernelLineKind, sentence: @autoclosure () -> String) {
        let event = EventFold.Folded(exchange, at: Clocks.realtimeMicroseconds)
        let (isFirst, opened) = state.withLock { state in
            let isFirstOfAll = state.fold.next == nil
            let isFirst = state.fold.isFirst(event, at: Clocks.monotonicMicroseconds)
            return (isFirst, isFirstOfAll ? state.whenOpened : nil)
        }
        opened?()
        guard isFirst, !write(sentence()) else { return }
        state.withLock { $0.fold.forget(exchange) }
    }

    /// What writes the counts whose window has ended at this time, for a thread that may wait: printing is as slow as
    /// the slowest console. `nil` where there are none.
    func due(at now: UInt64) -> (@Sendable () -> Void)? {
        let due = state.withLock { $0.fold.due(at: now) }
        guard !due.isEmpty else { return nil }
        return { [write] in for folded in due { _ = write(folded.sentence) } }
    }

    /// Writes all counts; at the daemon's end.
    func finish() {
        for folded in state.withLock({ $0.fold.takeAll() }) { _ = write(folded.sentence) }
    }
}
