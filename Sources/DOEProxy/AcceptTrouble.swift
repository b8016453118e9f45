internal import DOELinux
internal import DOEWords
internal import Synchronization

/// Connections that could not be accepted, for want of descriptors mostly. They wait in the kernel's queue; whoever
/// waits cannot ask why, and no place is left to ask it from.
public final class AcceptTrouble: Sendable {
    private struct State {
        var count: UInt64 = 0
        var last: LinuxError?
        var tell: @Sendable (String) -> Void = { _ in }
    }

    private let state = Mutex(State())

    /// None yet.
    public init() {}

    /// Calls `body` with the sentence at the first time, and whenever the count has doubled since: so it is said, and
    /// no log is filled.
    public func whenTold(_ body: @escaping @Sendable (String) -> Void) { state.withLock { $0.tell = body } }

    /// What happened since the start, a sentence; `nil` where nothing did.
    public var sentence: String? { state.withLock { Self.sentence($0) } }

    func note(_ error: LinuxError) {
        let (sentence, tell) = state.withLock { state in
            state.count += 1
            state.last = error
            let isTold = state.count & (state.count - 1) == 0
            return (isTold ? Self.sentence(state) : nil, state.tell)
        }
        if let sentence { tell(sentence) }
    }

    private static func sentence(_ state: State) -> String? {
        state.last.map {
            "connections had to wait, since none could be accepted, times: \(state.count); \($0.description)"
        }
    }
}
