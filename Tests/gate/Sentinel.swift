import DOEWords
import PCIConfig
import Synchronization

/// Stands between a mailbox and its simulated function, and reads every dword along: whatever a device could execute as a
/// compliance object has arrived, wherever in the stream it stands.
///
/// It shares no code with the gate. A device whose mailbox is out of step may begin an object at any dword since the last
/// GO or abort, so any two neighbours count at GO that read as such a header, where the object ends at GO or a whole
/// published request stands before it. What is aborted, a device throws away.
final class Sentinel: HeldFunction {
    /// What has been seen.
    struct Sightings: Sendable {
        /// Dwords written to the write mailbox.
        var dwords = 0
        /// Compliance objects while the gate had to be shut.
        var whileShut = 0
        /// Compliance objects in exchanges for which it may have been open, in bring-up under a lease.
        var whileOpen = 0
        /// What was written since the last GO or abort.
        fileprivate var written: [(dword: UInt32, wasOpen: Bool)] = []
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
        case capability + 0x08:
            seen.withLock { seen in
                if value >> 31 != 0 { seen.countExecutable() }
                seen.written.removeAll(keepingCapacity: true)
                seen.isWayFree = false
            }
        default: break
        }
        try function.writeDword(value, at: offset)
    }

    private func note(_ dword: UInt32) {
        seen.withLock { seen in
            seen.dwords += 1
            seen.written.append((dword, seen.isWayFree && truth.mayOpen))
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

extension Sentinel.Sightings {
    /// The published requests' lengths by their codes (CXL 2.0 14.16.4).
    private static let lengths = [3, 3, 3, 17, 12, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8]

    /// Vendor 1e98, type 00, whatever the reserved bits say. Whoever was let through with the first dword has brought it.
    fileprivate mutating func countExecutable() {
        for (index, first) in written.dropLast().enumerated() where first.dword & 0x00ff_ffff == 0x0000_1e98 {
            let left = written.count - index
            let length = Int(written[index + 1].dword & 0x3_ffff)
            let code = left > 2 ? Int(written[index + 2].dword & 0xff) : 0xff
            let isRequest = code < Self.lengths.count && Self.lengths[code] == length && length <= left
            guard length == left || isRequest else { continue }
            if first.wasOpen { whileOpen += 1 } else { whileShut += 1 }
        }
    }
}
