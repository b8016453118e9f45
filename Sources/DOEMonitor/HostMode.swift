internal import DOELinux
internal import DOEWords
internal import Synchronization

/// The host's mode, with the facts that it depends on read again while it is bring-up.
public final class HostMode: Sendable {
    private struct State {
        var inForce: ModeInForce
        /// It went down, and that is not on record yet.
        var isOwed = false
    }

    private let read: @Sendable () -> ModeFacts
    private let state: Mutex<State>

    /// A mode as the facts are now; `read` reads them, and must not wait for a disk or a device.
    public init(reading read: @escaping @Sendable () -> ModeFacts) {
        self.read = read
        state = Mutex(State(inForce: ModeInForce(read())))
    }

    /// Production, whatever the host is like.
    public static var production: HostMode {
        HostMode { ModeFacts(configured: .production, commandLine: .production, lockdown: .unknown("not looked at")) }
    }

    /// The mode and why, as it was last seen.
    public var inForce: ModeInForce { state.withLock { $0.inForce } }

    /// Looks again, where the mode could still go down.
    func look() -> ModeInForce {
        guard inForce.mode == .bringUp else { return inForce }
        // Inside the lock: facts that were read earlier must not be taken after later ones.
        return state.withLock { state in
            if state.inForce.take(read(), at: Clocks.realtimeMicroseconds) { state.isOwed = true }
            return state.inForce
        }
    }

    /// The mode that went down, once: whoever gets it puts it on record, or gives it back with `putBack`.
    func takeOwed() -> ModeInForce? {
        state.withLock { state in
            guard state.isOwed else { return nil }
            state.isOwed = false
            return state.inForce
        }
    }

    /// It could not be put on record.
    func putBack() { state.withLock { $0.isOwed = true } }
}
