internal import DOELinux
package import DOEObjects
package import DOEWords
internal import Glibc
package import PCIConfig
internal import Synchronization

/// A PCI function that does not exist: 4 KiB of config space with one DOE mailbox that behaves register by register.
///
/// Discovery is answered from the table of handlers, past its end with `ffff:ff` as QEMU does. What no handler takes
/// is dropped in silence, without ready and without error, as QEMU does too.
package final class SimulatedFunction: HeldFunction {
    /// Answers a request; `nil` drops it in silence. It runs inside the function's lock, so it must not use the
    /// function.
    package typealias Handler = @Sendable (DataObject) -> DataObject?

    /// Where the DOE capability starts, in bytes.
    package static let mailboxOffset: UInt16 = 0x190

    /// Who it says it is.
    package let device: SimulatedDevice
    private let image: SimulatedConfigImage
    private let mailbox: Mutex<SimulatedMailbox>
    /// One entry for each access that blocks, and one for each that is let go.
    private let blocked = BlockingQueue<Void>()
    private let letGoes = BlockingQueue<Void>()
    private let standsStill: Mutex<@Sendable (UInt64) -> Void> = Mutex { microseconds in
        usleep(UInt32(clamping: microseconds))
    }

    /// A function that answers the objects in the table, and discovery unless the table has its own.
    package init(
        _ device: SimulatedDevice, handlers: [ObjectID: Handler], behaviour: Behaviour = Behaviour()
    ) {
        self.device = device
        image = SimulatedConfigImage(device)
        var table = handlers
        if table[.discovery] == nil {
            let objects = [.discovery] + handlers.keys.sorted()
            table[.discovery] = { Self.answerDiscovery($0, of: objects) }
        }
        mailbox = Mutex(SimulatedMailbox(handlers: table, behaviour: behaviour))
    }

    /// What has reached it so far.
    package var counts: SimulatorCounts { mailbox.withLock { $0.counts } }

    /// How it behaves; a change counts from the next access.
    package var behaviour: Behaviour {
        get { mailbox.withLock { $0.behaviour } }
        set { mailbox.withLock { $0.behaviour = newValue } }
    }

    /// Waits until an access blocks, as `Behaviour.accessesBeforeBlock` says; once for each.
    package func waitUntilBlocked() { _ = blocked.take() }

    /// Lets a blocked access return.
    package func letGo() { _ = letGoes.push(()) }

    /// What holds a thread for so many microseconds, as `Behaviour.emptyingHolds` says: sleep, or another clock's.
    package var holdsThread: @Sendable (UInt64) -> Void {
        get { standsStill.withLock { $0 } }
        set { standsStill.withLock { $0 = newValue } }
    }

    /// Not inside the lock, for the same reason as below.
    private func hold(_ microseconds: UInt64) {
        if microseconds > 0 { holdsThread(microseconds) }
    }

    /// Makes one access, after it was let go where the behaviour says that it blocks.
    private func access<Result: Sendable>(
        _ body: (inout SimulatedMailbox) throws(ConfigSpaceError) -> Result
    ) throws(ConfigSpaceError) -> Result {
        let done = try mailbox.withLock { mailbox throws(ConfigSpaceError) -> (result: Result, held: UInt64)? in
            mailbox.blocksNow ? nil : (try body(&mailbox), mailbox.takeHeld())
        }
        if let done {
            hold(done.held)
            return done.result
        }
        // Not inside the lock: whoever looks at the function from outside must not block too.
        if blocked.push(()) { _ = letGoes.take() }
        return try mailbox.withLock { mailbox throws(ConfigSpaceError) in try body(&mailbox) }
    }

    /// Leaves a response in the read mailbox, as somebody does who asked and never read.
    package func leaveResponse(_ object: DataObject) { mailbox.withLock { $0.leaveResponse(object) } }

    /// Leaves the error bit set, as somebody does who failed and never aborted.
    package func leaveError() { mailbox.withLock { $0.leaveError() } }

    /// Reads one dword; all ones once the function has gone.
    package func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        try Self.check(offset)
        return try access { mailbox throws(ConfigSpaceError) in read(&mailbox, at: offset) }
    }

    private func read(_ mailbox: inout SimulatedMailbox, at offset: UInt16) -> UInt32 {
        mailbox.counts.reads += 1
        if mailbox.hasGone { return .max }
        return Self.register(at: offset).map { mailbox.read($0) } ?? image[offset]
    }

    /// Writes one dword; only the mailbox's registers take it.
    package func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try Self.check(offset)
        try access { mailbox throws(ConfigSpaceError) in try Self.write(value, &mailbox, at: offset) }
    }

    private static func write(
        _ value: UInt32, _ mailbox: inout SimulatedMailbox, at offset: UInt16
    ) throws(ConfigSpaceError) {
        if let limit = mailbox.behaviour.writesBeforeRefusal, mailbox.counts.writes >= limit {
            throw ConfigSpaceError(
                .refused, problem: "the simulated kernel refuses config space writes",
                remedy: "change its behaviour")
        }
        mailbox.counts.writes += 1
        if !mailbox.hasGone, let register = register(at: offset) { mailbox.write(value, to: register) }
    }

    /// In one turn of the lock, which else costs more than the rest; but dword by dword where one of them is to
    /// block, which it must not inside the lock.
    package func writeDwords(_ values: [UInt32], at offset: UInt16) throws(BrokenTransfer) {
        let held = try mailbox.withLock { mailbox throws(BrokenTransfer) -> UInt64? in
            guard mailbox.behaviour.accessesBeforeBlock == nil else { return nil }
            for (index, value) in values.enumerated() {
                do throws(ConfigSpaceError) {
                    try Self.check(offset)
                    try Self.write(value, &mailbox, at: offset)
                } catch {
                    throw BrokenTransfer(error, after: index)
                }
            }
            return mailbox.takeHeld()
        }
        guard let held else { return try writeOneByOne(values, at: offset) }
        hold(held)
    }

    /// The same.
    package func takeDwords(_ count: Int, at offset: UInt16) throws(BrokenTransfer) -> [UInt32] {
        let taken = try mailbox.withLock { mailbox throws(BrokenTransfer) -> [UInt32]? in
            guard mailbox.behaviour.accessesBeforeBlock == nil else { return nil }
            var dwords: [UInt32] = []
            dwords.reserveCapacity(count)
            for index in 0..<count {
                do throws(ConfigSpaceError) {
                    try Self.check(offset)
                    dwords.append(read(&mailbox, at: offset))
                    try Self.write(0, &mailbox, at: offset)
                } catch {
                    throw BrokenTransfer(error, after: index)
                }
            }
            return dwords
        }
        if let taken { return taken }
        return try takeOneByOne(count, at: offset)
    }

    /// Throws `unavailable` where the behaviour says that it sleeps or is lent.
    package func checkAvailable() throws(ConfigSpaceError) {
        let behaviour = behaviour
        guard behaviour.powerState == .d0 else {
            throw ConfigSpaceError(.unavailable, problem: "the simulated function is in \(behaviour.powerState)")
        }
        guard !behaviour.isLent else {
            throw ConfigSpaceError(.unavailable, problem: "the simulated function is lent to a guest")
        }
    }

    /// Throws `gone` where the behaviour says that another device stands in its place.
    package func checkStillSame() throws(ConfigSpaceError) {
        let behaviour = behaviour
        guard !behaviour.isSwapped, !behaviour.isSwappedAfterGo || counts.goWrites == 0 else {
            throw ConfigSpaceError(.gone, problem: "another device stands in the simulated function's place")
        }
    }

    /// What the behaviour says.
    package func raisesInterrupts() -> Bool { behaviour.raisesInterrupts }

    /// Whether the behaviour says of any moment that somebody else writes or does not.
    package var isWitnessed: Bool { mailbox.withLock { $0.behaviour.foreignWrites != nil } }

    /// What the behaviour says of this question.
    package func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite? {
        mailbox.withLock { mailbox in
            defer { mailbox.counts.questions += 1 }
            guard mailbox.behaviour.foreignWrites?.contains(mailbox.counts.questions) == true else { return nil }
            return ForeignWrite(time: since, offset: registers.lowerBound, who: Self.neighbour)
        }
    }

    /// Who writes where the behaviour says that somebody else does.
    package static let neighbour = "/usr/bin/setpci[467]"

    /// Who it says it is.
    package func identity(of mailbox: MailboxName) -> MailboxIdentity {
        MailboxIdentity(
            name: mailbox, device: .known(device.device), pciClass: .known(device.classCode),
            driver: device.driver.map { .known($0) } ?? .none,
            serialNumber: device.serialNumber.map { .known($0) } ?? .none)
    }

    /// What the behaviour says.
    package func securityManager() -> Fact<String> { behaviour.securityManager }

    /// The driver that is said to be bound, or what the behaviour says.
    package func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        if let driver = device.driver { return Obstacle("the driver \(driver) is bound to the simulated function") }
        return looksAtDevice ? behaviour.obstacleToLease : nil
    }

    private static func register(at offset: UInt16) -> SimulatedMailbox.Register? {
        offset < mailboxOffset ? nil : SimulatedMailbox.Register(rawValue: offset - mailboxOffset)
    }

    private static func check(_ offset: UInt16) throws(ConfigSpaceError) {
        guard offset < 0x1000, offset.isMultiple(of: 4) else {
            throw ConfigSpaceError(.failed, problem: "0x\(offset.hex(digits: 3)) is no dword of 4 KiB of config space")
        }
    }

    /// PCIe r6.0 6.30.1.1.1: the object at the asked index and the next index, 0 after the last.
    private static func answerDiscovery(_ request: DataObject, of objects: [ObjectID]) -> DataObject? {
        guard request.dwordCount == 3 else { return nil }
        let index = Int(request.dword(2) & 0xff)
        let found = index < objects.count ? objects[index] : ObjectID(vendor: 0xffff, type: 0xff)
        let next = index + 1 < objects.count ? UInt32(index + 1) : 0
        let dword = UInt32(found.vendor) | UInt32(found.type) << 16 | next << 24
        return try? DataObject(.discovery, payload: dword.littleEndianBytes)
    }
}

extension SimulatedMailbox {
    /// Whether its function has gone by now.
    fileprivate var hasGone: Bool {
        guard let limit = behaviour.accessesBeforeGone else { return false }
        return counts.reads + counts.writes > limit
    }

    /// Whether the next access does not return.
    fileprivate var blocksNow: Bool {
        guard let limit = behaviour.accessesBeforeBlock else { return false }
        return counts.reads + counts.writes == limit
    }
}
