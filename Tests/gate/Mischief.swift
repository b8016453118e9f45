import DOELinux
import DOEMailbox
import DOEMonitor
import DOEObjects
import DOESimulator
import DOEWords
import Synchronization
import TestSupport

/// What goes on beside the attempts of a campaign: somebody does something to the house, again and again.
final class Mischief: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let thread: Mutex<WorkerThread?> = Mutex(nil)

    /// Does it until `end`, with a pause of about this many microseconds between.
    init(seed: UInt64, pause: UInt64, _ body: @escaping @Sendable (inout SeededGenerator) -> Void) throws {
        let thread = try WorkerThread(name: "gate-mischief") { [self] in
            var random = SeededGenerator(seed: seed)
            while !isOver.load(ordering: .acquiring) {
                body(&random)
                KernelClock().sleep(microseconds: UInt64.random(in: pause / 2...pause * 2, using: &random))
            }
        }
        self.thread.withLock { $0 = thread }
    }

    func end() {
        isOver.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}

extension GateHouse {
    /// Rules come and go, broken ones among them.
    func reload() { reloader.reloadAtSignal() }

    /// Somebody else writes to the mailbox behind our back, and leaves it in the middle of something.
    func disturb(_ random: inout SeededGenerator) {
        let control = SimulatedFunction.mailboxOffset + 0x08
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            // The start of a longer object: our next one would be its tail, and its own tail an object.
            let dwords =
                [UInt32(0x0001_10de), 6] + [UInt32](repeating: 0, count: Int.random(in: 0...3, using: &random))
            for dword in dwords { try? function.writeDword(dword, at: SimulatedFunction.mailboxOffset + 0x10) }
        case 2: try? function.writeDword(1 << 31, at: control)
        case 3: try? function.writeDword(1, at: control)
        case 4: function.leaveError()
        default:
            if let id = ObjectID("10de:01"), let left = try? DataObject(id, payload: random.bytes(8)) {
                function.leaveResponse(left)
            }
        }
    }

    /// The mailbox is leased for a moment, and given back.
    func leaseForAMoment(_ random: inout SeededGenerator) {
        truth.lease(isOver: false)
        defer { truth.lease(isOver: true) }
        guard lease(mailbox) else { return }
        KernelClock().sleep(microseconds: UInt64.random(in: 100...20_000, using: &random))
        _ = try? monitor.endLease(of: Self.target, for: Self.root)
    }

    /// Leases a mailbox to root for an hour; `false` where that is refused.
    func lease(_ mailbox: RegisterMailbox) -> Bool {
        guard let terms = try? LeaseTerms(holder: .uid(Self.holder), seconds: 3600, reason: "the proof's") else {
            return false
        }
        let lease = try? monitor.startLease(
            of: mailbox, on: terms, for: Self.root, obstacle: mailbox.obstacleToLease(looksAtDevice: false))
        return lease != nil
    }

    private static let root = Client(via: .known(.unix), pid: .known(1), uid: .known(0))
}
