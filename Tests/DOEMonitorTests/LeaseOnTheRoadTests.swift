import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEObjects
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

/// Clocks that stand still until a test sets them.
final class MadeUpClock: Sendable {
    private let state = Mutex(LeaseTime(sinceBoot: 5_000_000, wallClock: 1_700_000_000_000_000))

    var now: LeaseTime {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// A lab: a house in bring-up with a function that takes compliance objects, and a neighbour.
private final class Lab: Sendable {
    let host = MadeUpHost()
    let clock = MadeUpClock()
    let house: House
    let journald: FakeJournald
    let root = Client(via: .known(.unix), pid: .known(7), uid: .known(0), groups: .known([]), exe: .none, unit: .none)

    init(serialNumber: UInt64? = 0x1234, function: SimulatedFunction? = nil) throws {
        let clock = clock
        house = try House(
            function ?? .cxlMemoryExpander(serialNumber: serialNumber), mode: host.mode, leaseClock: { clock.now })
        journald = FakeJournald(path: house.directory.path + "/nobody")
    }

    var function: SimulatedFunction { house.function }
    var executed: Int { function.counts.executed[.compliance] ?? 0 }

    func lease(_ holder: LeaseHolder = .uid(4242), seconds: Int = 60) throws -> Lease {
        try house.monitor.startLease(
            of: house.mailbox, on: LeaseTerms(holder: holder, seconds: seconds, reason: "ticket LAB-1"), for: root,
            obstacle: house.mailbox.obstacleToLease(looksAtDevice: true))
    }

    func next() throws -> Record { try Record(encoded: #require(journald.next())) }

    /// The next record that is about leases or mode.
    func nextEvent(_ event: Event) throws -> Record {
        while true {
            let record = try next()
            if record.event == event { return record }
        }
    }
}

/// The lab's mailbox, at which something happens while the kernel holds up the look at the device.
private final class HeldUpMailbox: Mailbox {
    private let mailbox: RegisterMailbox
    private let meanwhile: @Sendable () -> Void

    init(_ mailbox: RegisterMailbox, meanwhile: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.meanwhile = meanwhile
    }

    var name: MailboxName { mailbox.name }
    func identity() -> MailboxIdentity { mailbox.identity() }
    func securityManager() -> Fact<String> { mailbox.securityManager() }
    func exchange(_ permit: consuming Permit) -> ExchangeResult { mailbox.exchange(permit) }

    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        if looksAtDevice { meanwhile() }
        return mailbox.obstacleToLease(looksAtDevice: looksAtDevice)
    }
}

@Suite("A lease on the road")
struct LeaseOnTheRoadTests {
    @Test("who has leased a mailbox asks for what it does not list, too")
    func unlisted() throws {
        let lab = try Lab(function: .vendorFunction())
        _ = try lab.lease()
        var walk = DiscoveryWalk(version: 2)
        while case .ask(let request) = walk.next {
            try walk.take(try #require(lab.house.ask(bytes: request.bytes).response))
        }
        #expect(lab.house.monitor.knownObjects(of: lab.house.mailbox.name)?.contains(.compliance) == false)
        #expect(try lab.house.ask(.compliance, uid: 4242).status == "timeout")
    }

    @Test("a lease that ends while the kernel holds up the last look at the device opens nothing")
    func endsInTheLook() throws {
        let lab = try Lab()
        _ = try lab.lease()
        let mailbox = HeldUpMailbox(lab.house.mailbox) {
            _ = try? lab.house.monitor.endLease(of: lab.house.mailbox.name, for: lab.root)
        }
        let client = Client(via: .known(.unix), pid: .known(7), uid: .known(4242), groups: .known([]))
        let request = try DataObject(.compliance, payload: [0, 0, 0, 0]).bytes
        let reply = lab.house.monitor.exchange(.exchange(request), with: mailbox, for: Requester(client, connection: 1))
        #expect(reply.verdict == .deny && reply.response == nil)
        #expect(lab.executed == 0 && lab.function.counts.requestDwords == 0)
    }

    @Test("start, use and end are on record, with D and X, and nothing passes before or after")
    func whole() throws {
        let lab = try Lab()
        #expect(try lab.house.ask(.compliance, uid: 4242).reason.contains("its mailbox has no lease"))
        let refused = try lab.next()
        #expect(refused.event == .complianceRefused && refused[.lease] == nil && refused[.mode] == "bring-up")

        let lease = try lab.lease()
        let started = try lab.next()
        #expect(started.event == .leaseStarted && started.priority == .warning && started.taint == .leased)
        #expect(started[.lease] == lease.id && started[.leaseHolder] == "uid 4242" && started[.clientUID] == "0")
        #expect(started[.leaseReason] == "ticket LAB-1" && started[.mailbox] == "sim:bench")
        #expect(started[.leaseUntil] == "1700000060000000")
        #expect(lab.house.ledger.snapshot.hostLetters.contains(.leased))

        let reply = try lab.house.ask(.compliance, uid: 4242)
        #expect(reply.status == "done" && reply.taint == .complianceExecuted && reply.rule == "50-test.rules:5")
        #expect(lab.executed == 1)
        let used = try lab.next()
        #expect(used.event == .exchangeAllowed && used[.lease] == lease.id && used.taint == .complianceExecuted)
        #expect(used.priority == .warning && used.message.contains("by lease \(lease.id) to uid 4242"))

        // Nobody else, root neither: it is not in root's name. And what needs no lease carries none.
        #expect(try lab.house.ask(.compliance, uid: 0).reason.contains("leased to uid 4242 alone"))
        _ = try lab.next()
        #expect(try lab.house.ask(.discovery, uid: 4242).status == "done")
        #expect(try lab.next()[.lease] == nil)

        _ = try lab.house.monitor.endLease(of: lease.mailbox, for: lab.root)
        let ended = try lab.next()
        #expect(ended.event == .leaseEnded && ended.priority == .notice && ended[.status] == "ended")
        #expect(ended[.lease] == lease.id && ended[.clientUID] == "0")
        #expect(try lab.house.ask(.compliance, uid: 4242).reason.contains("its mailbox has no lease"))
        #expect(lab.executed == 1)
        #expect(throws: Obstacle.self) { try lab.house.monitor.endLease(of: lease.mailbox, for: lab.root) }
    }

    @Test("a rule has to allow it too: for root there is none here")
    func needsARule() throws {
        let lab = try Lab()
        _ = try lab.lease(.uid(0))
        let reply = try lab.house.ask(.compliance, uid: 0)
        #expect(reply.status == "refused" && reply.rule == "default" && reply.taint == .complianceAttempted)
        #expect(lab.executed == 0 && lab.function.counts.writes == 0)
    }

    @Test("in production it is refused, loudly, and taints C")
    func production() throws {
        let lab = try Lab()
        lab.host.facts.configured = .production
        let error = #expect(throws: Obstacle.self) { try lab.lease() }
        #expect(error?.problem.contains("this host is in production") == true)
        #expect(try lab.next().event == .modeLowered)
        let refused = try lab.next()
        #expect(refused.event == .leaseRefused && refused.priority == .critical)
        #expect(refused.taint == .complianceAttempted && refused[.mode] == "production")
        #expect(refused[.leaseHolder] == "uid 4242" && refused[.status] == "refused" && refused[.lease] == nil)
        #expect(refused.message.hasPrefix("REFUSED A LEASE FOR COMPLIANCE ACCESS of sim:bench"))
        #expect(lab.house.ledger.snapshot.hostLetters == .complianceAttempted)
        #expect(lab.house.taintLines.all.isEmpty == false)
        // The second attempt is not the first of its kind any more.
        _ = try? lab.lease()
        #expect(try lab.next().priority == .error)
        #expect(lab.house.monitor.leases.isEmpty)
    }

    @Test("a device without a serial number is not leased: another in its place could not be told from it")
    func noSerialNumber() throws {
        let lab = try Lab(serialNumber: nil)
        let error = #expect(throws: Obstacle.self) { try lab.lease() }
        #expect(error?.problem.contains("has no serial number") == true && error?.remedy != nil)
        let record = try lab.nextEvent(.leaseRefused)
        #expect(record.priority == .error && record.message.contains("has no serial number"))
        #expect(lab.house.monitor.leases.isEmpty)
        let reply = try lab.house.ask(.compliance, uid: 4242)
        #expect(reply.verdict == .deny && lab.executed == 0)
    }

    @Test("a second lease on one mailbox is refused, and an obstacle stands in the way")
    func refused() throws {
        let lab = try Lab()
        lab.function.behaviour.obstacleToLease = Obstacle("memory is online", remedy: "take it offline")
        #expect(throws: Obstacle.self) { try lab.lease() }
        let record = try lab.next()
        #expect(record.event == .leaseRefused && record.priority == .error && record.taint.isEmpty)
        #expect(record.message.contains("memory is online; take it offline"))
        lab.function.behaviour.obstacleToLease = nil
        _ = try lab.lease()
        #expect(throws: Obstacle.self) { try lab.lease(.uid(1)) }
        #expect(lab.house.monitor.leases.all.map(\.holder) == [.uid(4242)])
    }

    @Test(
        "by whichever clock its time is over, it is ended with the next look, and refused before",
        arguments: [(60_000_000, 0), (0, 60_000_000)] as [(UInt64, UInt64)])
    func expires(boot: UInt64, wall: UInt64) throws {
        let lab = try Lab()
        let lease = try lab.lease()
        let start = lab.clock.now
        lab.clock.now = LeaseTime(sinceBoot: start.sinceBoot + boot, wallClock: start.wallClock + wall)
        let reply = try lab.house.ask(.compliance, uid: 4242)
        #expect(reply.rule == "gatekeeper" && reply.reason.contains("its time was over"))
        #expect(lab.executed == 0 && lab.house.monitor.leases.isEmpty)
        let ended = try lab.nextEvent(.leaseEnded)
        #expect(ended[.status] == "expired" && ended.priority == .notice && ended[.lease] == lease.id)
        #expect(ended[.clientUID] == nil)
        // It does not come back when a clock is set back.
        lab.clock.now = start
        #expect(try lab.house.ask(.compliance, uid: 4242).reason.contains("has no lease"))
    }

    @Test("nobody has to ask for its end to be on record")
    func lookAfter() throws {
        let lab = try Lab()
        let lease = try lab.lease()
        lab.house.monitor.lookAfterLeases()
        #expect(!lab.house.monitor.leases.isEmpty)
        lab.clock.now = lease.end
        lab.house.monitor.lookAfterLeases()
        #expect(lab.house.monitor.leases.isEmpty)
        #expect(try lab.nextEvent(.leaseEnded)[.status] == "expired")
    }

    @Test("a kernel that is locked down meanwhile ends every lease, and the use that finds it is refused")
    func lockdown() throws {
        let lab = try Lab()
        _ = try lab.lease()
        lab.host.facts.lockdown = .on("integrity")
        let reply = try lab.house.ask(.compliance, uid: 4242)
        #expect(reply.rule == "gatekeeper" && reply.reason.contains("this host is in production"))
        #expect(lab.executed == 0 && lab.house.monitor.leases.isEmpty)
        #expect(try lab.nextEvent(.modeLowered).mode == .production)
        #expect(try lab.nextEvent(.leaseEnded)[.status] == "mode")
    }

    @Test("a request of another size or kind passes by the same lease, and one for the neighbour does not")
    func neighbour() throws {
        let lab = try Lab()
        _ = try lab.lease()
        let neighbour = RegisterMailbox(
            name: .simulated("neighbour"), function: SimulatedFunction.cxlMemoryExpander(),
            capability: SimulatedFunction.mailboxOffset, obeying: lab.house.monitor.judgeInForce)
        let client = Client(via: .known(.unix), uid: .known(4242), groups: .known([]), exe: .none, unit: .none)
        let request = try DataObject(.compliance, payload: [0, 0, 0, 0]).bytes
        let reply = lab.house.monitor.exchange(
            .exchange(request), with: neighbour, for: Requester(client, connection: 1))
        #expect(reply.rule == "gatekeeper" && reply.reason.contains("its mailbox has no lease"))
    }
}

@Suite("A lease at the last moment")
struct LeaseAtTheLastMomentTests {
    /// What happens while the road is between the judge and the first dword: X is raised there.
    private func ask(_ lab: Lab, meanwhile: @escaping @Sendable () -> Void) throws -> Reply {
        lab.house.atNextLetter.set(meanwhile)
        return try lab.house.ask(.compliance, uid: 4242)
    }

    private func expectWithdrawn(_ reply: Reply, _ lab: Lab, _ words: String) throws {
        #expect(reply.status == "refused" && reply.rule == "gatekeeper" && reply.verdict == .deny)
        #expect(reply.reason.contains(words), "\(reply.reason)")
        #expect(reply.taint.contains(.complianceAttempted) && reply.response == nil)
        #expect(lab.function.counts.writes == 0 && lab.executed == 0)
        let record = try lab.nextEvent(.complianceRefused)
        #expect(record.verdict == .deny && record.taint.contains(.complianceAttempted) && record[.lease] == nil)
        #expect(lab.house.trail.status.open == 0)
    }

    @Test("its end, by whoever, refuses what had been judged before")
    func ended() throws {
        let lab = try Lab()
        let lease = try lab.lease()
        let reply = try ask(lab) { _ = try? lab.house.monitor.endLease(of: lease.mailbox, for: lab.root) }
        try expectWithdrawn(reply, lab, "its mailbox has no lease")
    }

    @Test("so does the end of its time")
    func expired() throws {
        let lab = try Lab()
        let lease = try lab.lease()
        let reply = try ask(lab) { lab.clock.now = lease.end }
        try expectWithdrawn(reply, lab, "its time was over")
        #expect(lab.house.monitor.leases.isEmpty)
    }

    @Test("so does the mode")
    func mode() throws {
        let lab = try Lab()
        _ = try lab.lease()
        let reply = try ask(lab) { lab.host.facts.lockdown = .on("confidentiality") }
        try expectWithdrawn(reply, lab, "this host is in production")
        #expect(lab.house.monitor.leases.isEmpty)
    }

    @Test("so does what is found at the device, and ends the lease")
    func obstacle() throws {
        let lab = try Lab()
        _ = try lab.lease()
        let reply = try ask(lab) { lab.function.behaviour.obstacleToLease = Obstacle("System RAM is online") }
        try expectWithdrawn(reply, lab, "System RAM is online")
        #expect(lab.house.monitor.leases.isEmpty)
        #expect(try lab.house.ask(.compliance, uid: 4242).reason.contains("its mailbox has no lease"))
    }

    @Test("without any of these it passes")
    func nothing() throws {
        let lab = try Lab()
        _ = try lab.lease()
        #expect(try ask(lab) {}.status == "done")
        #expect(lab.executed == 1)
    }
}

@Suite("Leases of the daemon before")
struct LeftLeasesTests {
    @Test("go on where the mailbox is still there, and are ended on record where it is not, or the mode is another")
    func takenUp() throws {
        for (mailboxIsThere, mode, status) in [
            (true, Mode.bringUp, nil), (false, .bringUp, "device"), (true, .production, "mode"),
        ] as [(Bool, Mode, String?)] {
            let lab = try Lab()
            let lease = try lab.lease()
            lab.host.facts.configured = mode
            lab.house.monitor.takeUpLeases(of: mailboxIsThere ? [lab.house.mailbox] : [])
            #expect(lab.house.monitor.leases.all == (status == nil ? [lease] : []))
            if let status { #expect(try lab.nextEvent(.leaseEnded)[.status] == status) }
        }
    }

    @Test("of an earlier boot are ended on record; a damaged file is told")
    func reboot() throws {
        let directory = TemporaryDirectory()
        let now = LeaseTime(sinceBoot: 5_000_000, wallClock: 1_700_000_000_000_000)
        try LeaseKeeper(directory: directory.path, boot: String(repeating: "f", count: 32)).add(sampleLease(from: now))
        let house = try House(directory: directory)
        let journald = FakeJournald(path: house.directory.path + "/nobody")
        house.monitor.takeUpLeases(of: [house.mailbox])
        let ended = try Record(encoded: #require(journald.next()))
        #expect(ended.event == .leaseEnded && ended[.status] == "reboot" && ended[.mailbox] == "sim:bench")
        #expect(house.monitor.leases.isEmpty)

        let other = TemporaryDirectory()
        try WholeFile.write([1, 2, 3], to: other.path + "/leases", mode: 0o600)
        let second = try House(directory: other)
        let reader = FakeJournald(path: second.directory.path + "/nobody")
        second.monitor.takeUpLeases(of: [second.mailbox])
        let told = try Record(encoded: #require(reader.next()))
        #expect(told.event == .leaseEnded && told.priority == .warning && told.message.contains("damaged"))
        #expect(second.monitor.leases.trouble != nil)
    }
}
