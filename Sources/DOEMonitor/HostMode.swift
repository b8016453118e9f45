internal import DOELinux
internal import DOEWords

/// The host's mode, with the facts that it depends on read again while it is bring-up.
public final class HostMode: Sendable {
    private struct State {
        var inForce: ModeInForce
        /// It went down, and that is not on record yet.
        var isOwed = false
    }

    private let read: @Sendable () -> ModeFacts
    /// Every mailbox's thread looks three times an exchange, so whoever comes when it is free takes it.
    private let state: BargingMutex<State>

    /// A mode as the facts are now; `read` reads them, and must not wait for a disk or a device.
    public init(reading read: @escaping @Sendable () -> ModeFacts) {
        self.read = read
        state = BargingMutex(State(inForce: ModeInForce(read())))
    }

    /// Production, whatever the host is like.
    public static var production: HostMode {
        HostMode { ModeFacts(configured: .production, commandLine: .production, lockdown: .unknown("not looked at")) }
    }

    /// The mode and why, as it was last seen.
    public var inForce: ModeInForce { state.withLock { $0.inForce } }

    /// Looks again, where the mode could still go down.
    func look() -> ModeInForce {
        state.withLock { state in
            // Inside the lock: facts that were read earlier must not be taken after later ones.
            if state.inForce.mode == .bringUp, state.inForce.take(read(), at: Clocks.realtimeMicroseconds) {
                state.isOwed = true
            }
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
