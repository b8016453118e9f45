import DOEWords
import PCIConfig
import Synchronization

/// Stands between a mailbox and its simulated function, and reads every dword along: whatever a device could take for
/// the header of a compliance object has arrived, wherever in the stream it stands.
///
/// It shares no code with the gate. A device whose mailbox is out of step may begin an object at any dword, so any two
/// neighbours count that read as such a header: also across two requests, and across an abort.
final class Sentinel: HeldFunction {
    /// What has been seen.
    struct Sightings: Sendable {
        /// Dwords written to the write mailbox.
        var dwords = 0
        /// Compliance headers while the gate had to be shut.
        var whileShut = 0
        /// Compliance headers in exchanges for which it may have been open, in bring-up under a lease.
        var whileOpen = 0
        fileprivate var before: (dword: UInt32, wasOpen: Bool)?
        /// Nothing stood in a lease's way when this exchange looked.
        fileprivate var isWayFree = false
    }

    /// How the function stands in a lease's way now; `nil` for not at all.
    typealias InTheWay = @Sendable () -> Obstacle?

    private let function: any HeldFunction
    private let capability: UInt16
    private let truth: HostTruth
    private let inTheWay: InTheWay
    private let seen = Mutex(Sightings())

    /// Before a function with a DOE capability at this offset.
    init(_ function: any HeldFunction, capability: UInt16, truth: HostTruth, inTheWay: @escaping InTheWay) {
        self.function = function
        self.capability = capability
        self.truth = truth
        self.inTheWay = inTheWay
    }

    var sightings: Sightings { seen.withLock { $0 } }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        switch offset {
        case capability + 0x10: note(value)
        // GO or abort: whatever opened the gate was for the exchange before.
        case capability + 0x08: seen.withLock { $0.isWayFree = false }
        default: break
        }
        try function.writeDword(value, at: offset)
    }

    private func note(_ dword: UInt32) {
        seen.withLock { seen in
            seen.dwords += 1
            // Vendor 1e98, type 00, whatever the reserved byte says; then any length but 1, which can hold no header.
            // Whoever was let through with the first of the two has brought it, whoever's dword comes next.
            if let before = seen.before, before.dword & 0x00ff_ffff == 0x0000_1e98, dword & 0x0003_ffff != 1 {
                if before.wasOpen { seen.whileOpen += 1 } else { seen.whileShut += 1 }
            }
            seen.before = (dword, seen.isWayFree && truth.mayOpen)
        }
    }

    /// Asked with `looksAtDevice` right before the first dword, on the mailbox's own thread.
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        let obstacle = inTheWay()
        if looksAtDevice { seen.withLock { $0.isWayFree = obstacle == nil } }
        return obstacle
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 { try function.readDword(at: offset) }
    /// With this every exchange begins.
    func checkAvailable() throws(ConfigSpaceError) {
        seen.withLock { $0.isWayFree = false }
        try function.checkAvailable()
    }

    func checkStillSame() throws(ConfigSpaceError) { try function.checkStillSame() }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { function.identity(of: mailbox) }
    func securityManager() -> Fact<String> { function.securityManager() }
}
