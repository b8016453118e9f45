import DOEObjects
import DOESimulator
import DOEWords
import PCIConfig
import Synchronization

/// Stands between a mailbox and its simulated function, reads every dword along, and sees what the function executes.
///
/// It shares no code with the gate. A device whose mailbox is out of step may begin an object at any dword since the last
/// GO or abort, so any two neighbours count at GO that read as a compliance object's header, where the object ends at GO
/// or a whole published request stands before it. What is aborted, a device throws away. Any other object has arrived
/// when GO hands it over.
final class Sentinel: HeldFunction {
    /// What has been seen.
    struct Sightings: Sendable {
        /// Dwords written to the write mailbox.
        var dwords = 0
        /// Compliance objects while the gate had to be shut.
        var whileShut = 0
        /// Compliance objects in exchanges for which it may have been open, in bring-up under a lease.
        var whileOpen = 0
        /// Objects that no rule lets pass, and that our GO had executed.
        var denied = 0
        /// Objects that our GO had executed, and that are not what was written for it from the first dword on.
        var others = 0
        /// Times that somebody came between while a request was written.
        var interruptions = 0
        /// What was written since the last GO or abort of ours.
        fileprivate var written: [(dword: UInt32, wasOpen: Bool)] = []
        /// Nothing stood in a lease's way when this exchange looked.
        fileprivate var isWayFree = false
    }

    /// How the function stands in a lease's way now; `nil` for not at all.
    typealias InTheWay = @Sendable () -> Obstacle?

    private let function: SimulatedFunction
    private let capability = SimulatedFunction.mailboxOffset
    private let truth: HostTruth
    private let isDenied: @Sendable (ObjectID) -> Bool
    private let intruder: Intruder?
    private let inTheWay: InTheWay
    private let seen = Mutex(Sightings())

    /// Before a function; `isDenied` says of an object that no rule ever lets it pass.
    init(
        _ function: SimulatedFunction, truth: HostTruth, isDenied: @escaping @Sendable (ObjectID) -> Bool,
        intruder: Intruder?, inTheWay: @escaping InTheWay
    ) {
        self.function = function
        self.truth = truth
        self.isDenied = isDenied
        self.intruder = intruder
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
        if offset == capability + 0x08 { noteEnd(value) }
        if offset == capability + 0x10 { intrude() }
    }

    private func note(_ dword: UInt32) {
        seen.withLock { seen in
            seen.dwords += 1
            seen.written.append((dword, seen.isWayFree && truth.mayOpen))
        }
    }

    /// After GO or abort: what GO had executed, if it was one.
    private func noteEnd(_ control: UInt32) {
        let executed = control >> 31 == 0 ? nil : function.counts.handedOver
        seen.withLock { seen in
            if control >> 31 != 0 { seen.countExecutable() }
            if let executed {
                if isDenied(executed.object) { seen.denied += 1 }
                let dwords = (0..<executed.dwordCount).map { executed.dword($0) }
                if dwords != seen.written.map(\.dword) { seen.others += 1 }
            }
            seen.written.removeAll(keepingCapacity: true)
        }
    }

    private func intrude() {
        guard let intruder, intruder.comes(to: function) else { return }
        seen.withLock { $0.interruptions += 1 }
    }

    /// Asked with `looksAtDevice` right before the first dword and GO, on the mailbox's own thread.
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        let obstacle = inTheWay()
        if looksAtDevice { seen.withLock { $0.isWayFree = obstacle == nil } }
        return obstacle
    }

    /// Somebody may also come between right after a look at the status.
    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        let value = try function.readDword(at: offset)
        if offset == capability + 0x0c { intrude() }
        return value
    }

    /// With this every exchange begins, and so does each question whether its permit still holds.
    func checkAvailable() throws(ConfigSpaceError) {
        seen.withLock { $0.isWayFree = false }
        try function.checkAvailable()
    }

    var isWitnessed: Bool { intruder?.isSeen == true }

    func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite? {
        intruder?.takeWrite().map { ForeignWrite(time: since, offset: registers.lowerBound, who: $0) }
    }

    func checkStillSame() throws(ConfigSpaceError) { try function.checkStillSame() }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { function.identity(of: mailbox) }
    func securityManager() -> Fact<String> { function.securityManager() }
}

extension Sentinel.Sightings {
    /// The published requests' lengths by their codes (CXL 2.0 14.16.4, CXL 4.0 14.16.3).
    private static let lengths = [
        [3], [3], [3], [17], [12], [5, 17], [4], [4], [4], [4], [4], [4], [4], [4], [4], [4], [8, 22], [5], [7],
    ]

    /// Vendor 1e98, type 00, whatever the reserved bits say. Whoever was let through with the first dword has brought it.
    fileprivate mutating func countExecutable() {
        for (index, first) in written.dropLast().enumerated() where first.dword & 0x00ff_ffff == 0x0000_1e98 {
            let left = written.count - index
            let length = Int(written[index + 1].dword & 0x3_ffff)
            let code = left > 2 ? Int(written[index + 2].dword & 0xff) : 0xff
            let isRequest = code < Self.lengths.count && Self.lengths[code].contains(length) && length <= left
            guard length == left || isRequest else { continue }
            if first.wasOpen { whileOpen += 1 } else { whileShut += 1 }
        }
    }
}
