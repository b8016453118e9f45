internal import DOELinux
internal import Synchronization

/// Tells people what the daemon asked for that it should never ask for: the first few in a time, and a count of the rest.
/// The broker has no trail of its own; the answer has the same words, so that an honest daemon can record them. What goes
/// wrong because somebody connects again and again is told in the same measure.
final class RefusalReport: Sendable {
    private struct State {
        var windowBegan: UInt64 = 0
        var told = 0
        var untold: UInt64 = 0
    }

    /// So many are told in `window` microseconds.
    private static let most = 10
    private static let window: UInt64 = 10_000_000

    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(say: @escaping @Sendable (String) -> Void) { self.say = say }

    func take(_ error: BrokerError) {
        guard !error.reason.isOrdinary else { return }
        take(failure: "the daemon was refused: \(error.problem)")
    }

    /// The same of something that went wrong here, in these words.
    func take(failure: String) {
        let words = state.withLock { state -> [String] in
            let now = Clocks.monotonicMicroseconds
            var words: [String] = []
            if now - state.windowBegan >= Self.window {
                if state.untold > 0 { words.append("\(state.untold) more like these were not told") }
                state = State(windowBegan: now)
            }
            if state.told < Self.most {
                state.told += 1
                words.append(failure)
            } else {
                state.untold += 1
            }
            return words
        }
        words.forEach(say)
    }
}
