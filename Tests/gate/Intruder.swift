import DOESimulator
import Synchronization
import TestSupport

/// Who empties a mailbox while a request is written to it, at any dword, as it happens on a Linux host.
final class Intruder: Sendable {
    enum Kind {
        /// A reset. Config space is locked while it lasts, so it holds the thread that writes: for 20 ms at least, since
        /// Linux knows no quicker one.
        case reset(HastyClock)
        /// The kernel's own exchange: its dwords and its GO in the middle of ours, and as the device reports an error, an
        /// abort. It holds nobody, and the witness sees it.
        case kernel
    }

    private let kind: Kind
    private let state: Mutex<(random: SeededGenerator, hasWritten: Bool)>

    init(_ kind: Kind, seed: UInt64) {
        self.kind = kind
        state = Mutex((SeededGenerator(seed: seed), false))
    }

    /// Whether a witness sees it.
    var isSeen: Bool {
        if case .kernel = kind { true } else { false }
    }

    /// Comes now and then; whether it did.
    func comes(to function: SimulatedFunction) -> Bool {
        let random = state.withLock { $0.random.once(in: 100) ? $0.random.next() : nil }
        guard let random else { return false }
        let control = SimulatedFunction.mailboxOffset + 0x08
        switch kind {
        case .reset(let clock):
            try? function.writeDword(1, at: control)
            clock.hold(microseconds: 20_001 + random % 500_000)
        case .kernel:
            for dword in [0x0000_0001, 3, 0] as [UInt32] {
                try? function.writeDword(dword, at: SimulatedFunction.mailboxOffset + 0x10)
            }
            for value in [1 << 31, 1] as [UInt32] { try? function.writeDword(value, at: control) }
            state.withLock { $0.hasWritten = true }
        }
        return true
    }

    /// What the witness has to tell, once.
    func takeWrite() -> String? {
        state.withLock { state in
            defer { state.hasWritten = false }
            return state.hasWritten ? "the kernel" : nil
        }
    }
}
