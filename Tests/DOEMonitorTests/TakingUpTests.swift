import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEMonitor
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import FoundationEssentials
import PCIConfig
import TestSupport
import Testing

@Suite("Taking up what a killed daemon left")
struct TakingUpTests {
    private let news = Lines()
    private let directory = TemporaryDirectory()

    private var endpoint: JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/socket", source: .directory(directory.path + "/nothing"))
    }

    /// Leaves a ring in which exchanges with these mailboxes are still open.
    private func leaveOpen(_ mailboxes: [MailboxName], verdict: Verdict = .allow, taint: TaintLetters = []) throws {
        let before = TemporaryDirectory()
        let trail = try AuditTrail(
            stateDirectory: before.path,
            journal: JournalEndpoint(socket: before.path + "/nobody", source: .directory(before.path + "/nothing")))
        try leaveOpen(mailboxes[...], verdict, taint, in: trail) {
            // As a kill leaves it: the file has the opening halves, and nobody closes them.
            try FileManager.default.copyItem(atPath: before.path + "/ring", toPath: directory.path + "/ring")
        }
    }

    private func leaveOpen(
        _ mailboxes: ArraySlice<MailboxName>, _ verdict: Verdict, _ taint: TaintLetters, in trail: AuditTrail,
        kill: () throws -> Void
    ) throws {
        guard let mailbox = mailboxes.first else { return try kill() }
        var record = Record(.exchangeAllowed, priority: .info, message: "under way")
        record[.mailbox] = mailbox.description
        record.verdict = verdict
        record.taint = taint
        let open = try trail.open(record, durability: .memory)
        try leaveOpen(mailboxes.dropFirst(), verdict, taint, in: trail, kill: kill)
        _ = try open.close()
    }

    /// The daemon after the kill, over what was left.
    private func successor() throws -> Monitor {
        let trail = try AuditTrail(stateDirectory: directory.path, journal: endpoint)
        let news = news
        return Monitor(
            judge: Judge(.denyAll(generation: 1)), trail: trail,
            ledger: try TaintLedger(directory: directory.path, boot: String(repeating: "0", count: 32)),
            leases: LeaseKeeper(directory: directory.path, boot: String(repeating: "0", count: 32)),
            warnKernelLog: { _ in true }, tellTaint: { news.add($0.kernelLogLine) })
    }

    private func mailbox(_ function: SimulatedFunction, _ name: String = "bench") -> RegisterMailbox {
        RegisterMailbox(
            name: .simulated(name), function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: JudgeInForce(Judge(.denyAll(generation: 1))))
    }

    private func next(_ journald: FakeJournald) throws -> Record {
        try Record(encoded: try #require(journald.next(), "nothing was sent"))
    }

    @Test("the mailbox that was in use is aborted once and tainted, the mask is told, and others are not touched")
    func interrupted() throws {
        try leaveOpen([.simulated("bench"), .simulated("bench"), .simulated("bench")])
        let journald = FakeJournald(path: endpoint.socket)
        let (used, other) = (SimulatedFunction.vendorFunction(), SimulatedFunction.cxlMemoryExpander())
        let monitor = try successor()
        try monitor.takeUp([mailbox(other, "other"), mailbox(used)])
        #expect(monitor.ledger.snapshot.hostLetters == .abort)
        #expect(news.all == ["sim:bench is tainted: A (an exchange was aborted or timed out)"])
        #expect(used.counts.abortWrites == 1 && used.counts.goWrites == 0)
        #expect(other.counts == SimulatorCounts())
        for _ in 0..<3 {
            let record = try next(journald)
            #expect(record.event == .exchangeInterrupted && record[.status] == "interrupted")
            #expect(record.message.contains("aborted and is free"))
        }
        #expect(monitor.trail.status.open == 0)
    }

    @Test("a kill between the start of the trail and the abort forgets neither the abort nor the taint")
    func killedBefore() throws {
        try leaveOpen([.simulated("bench")])
        for _ in 0..<3 { _ = try successor() }
        let function = SimulatedFunction.vendorFunction()
        let monitor = try successor()
        try monitor.takeUp([mailbox(function)])
        #expect(function.counts.abortWrites == 1)
        #expect(monitor.ledger.snapshot.hostLetters == .abort)
    }

    @Test("a kill between the abort and its record makes the next start abort again")
    func killedAfter() throws {
        try leaveOpen([.simulated("bench")])
        let function = SimulatedFunction.vendorFunction()
        do {
            // This far it came: taken, aborted, not closed.
            let monitor = try successor()
            if monitor.trail.takeInterrupted() == nil { Issue.record("nothing was found") }
            #expect(try mailbox(function).abort() == .worked)
        }
        try successor().takeUp([mailbox(function)])
        #expect(function.counts.abortWrites == 2)
        try successor().takeUp([mailbox(function)])
        #expect(function.counts.abortWrites == 2, "it is on record now")
    }

    @Test("a letter that cannot be kept stops nobody: the mailbox is aborted once, and the ring has it for the next")
    func ledgerFails() throws {
        try leaveOpen([.simulated("bench")])
        let function = SimulatedFunction.vendorFunction()
        do {
            let monitor = try successor()
            try BrokenLedger.breakIt(in: directory.path)
            try monitor.takeUp([mailbox(function)])
            #expect(function.counts.abortWrites == 1 && monitor.ledger.hostLetters == .abort)
            #expect(monitor.ledger.owed.map(\.words) == ["A on sim:bench"])
            #expect(monitor.trail.status.open == 1, "what is owed stands there, and the exchange is on record")
        }
        try BrokenLedger.mend(in: directory.path)
        let monitor = try successor()
        #expect(monitor.ledger.hostLetters == [])
        try monitor.takeUp([mailbox(function)])
        #expect(function.counts.abortWrites == 1 && monitor.ledger.snapshot.hostLetters == .abort)
        #expect(monitor.trail.status.open == 0 && monitor.ledger.owed == [])
    }

    private static func behaviour(_ turn: (inout Behaviour) -> Void) -> Behaviour {
        var behaviour = Behaviour()
        turn(&behaviour)
        return behaviour
    }

    @Test(
        "what could not be aborted says why",
        arguments: [
            ("in D3", behaviour { $0.powerState = .d3hot }), ("lent to a guest", behaviour { $0.isLent = true }),
            ("another device", behaviour { $0.isSwapped = true }),
            ("went away", behaviour { $0.accessesBeforeGone = 0 }),
            ("did not become free", behaviour { $0.abortFails = true }),
        ])
    func notPossible(reason: String, behaviour: Behaviour) throws {
        try leaveOpen([.simulated("bench")])
        let journald = FakeJournald(path: endpoint.socket)
        let function = SimulatedFunction.vendorFunction()
        function.behaviour = behaviour
        let monitor = try successor()
        try monitor.takeUp([mailbox(function)])
        let record = try next(journald)
        #expect(record[.status] == "interrupted-unaborted")
        #expect(record.message.contains(reason), "\(record.message)")
        #expect(monitor.ledger.snapshot.hostLetters == .abort)
    }

    @Test("a mailbox that is no longer there is on record and tainted")
    func noLongerThere() throws {
        try leaveOpen([.simulated("pulled")])
        let journald = FakeJournald(path: endpoint.socket)
        let function = SimulatedFunction.vendorFunction()
        let monitor = try successor()
        try monitor.takeUp([mailbox(function)])
        #expect(function.counts == SimulatorCounts())
        let record = try next(journald)
        #expect(record[.status] == "interrupted-unaborted")
        #expect(record.message.contains("no longer there"))
        #expect(monitor.ledger.snapshot.sinceBoot[.mailbox(.simulated("pulled"))]?.letters == .abort)
    }

    @Test("an exchange that was refused needs no abort, and its letters are raised all the same")
    func refused() throws {
        try leaveOpen([.simulated("bench")], verdict: .deny, taint: .complianceAttempted)
        let function = SimulatedFunction.vendorFunction()
        let monitor = try successor()
        try monitor.takeUp([mailbox(function)])
        #expect(function.counts == SimulatorCounts())
        #expect(monitor.ledger.snapshot.hostLetters == .complianceAttempted)
    }

    @Test("a loss taints the host before it is on record, and a kill before that forgets neither")
    func loss() throws {
        try leaveOpen([])
        let ring = try #require(try? WholeFile.read(directory.path + "/ring", limit: 1 << 30))
        try AtomicFile.write(withoutProgress(ring), to: directory.path + "/ring", mode: 0o600)
        for _ in 0..<2 { _ = try successor() }
        let journald = FakeJournald(path: endpoint.socket)
        let monitor = try successor()
        try monitor.takeUp([])
        #expect(monitor.ledger.snapshot.hostLetters == .lost)
        let record = try next(journald)
        #expect(record.event == .recordsLost && record.taint == .lost && record.sequence == 1)
    }

    /// Both copies of the progress are damaged, nothing else is.
    private func withoutProgress(_ ring: [UInt8]) -> [UInt8] {
        var ring = ring
        for place in [8192, 12288] { ring[place] ^= 1 }
        return ring
    }

    @Test("records that are delayed taint the host once, and say so")
    func delayed() throws {
        let house = try House(capacity: 64)
        let news = Lines()
        house.trail.whenDelayed { news.add("delayed") }
        for _ in 0..<40 { try house.trail.write(Record(.policyLoaded, priority: .notice, message: "in force")) }
        while news.all.isEmpty { _ = house.trail.flush(withinMicroseconds: 1_000) }
        for _ in 0..<10 { try house.trail.write(Record(.policyLoaded, priority: .notice, message: "in force")) }
        _ = house.trail.flush(withinMicroseconds: 100_000)
        #expect(news.all == ["delayed"])
    }

    @Test("the monitor hears of a delay that began before it was there")
    func delayedBefore() throws {
        try leaveOpen([])
        let trail = try AuditTrail(stateDirectory: directory.path, journal: endpoint)
        for _ in 0..<600 { try trail.write(Record(.policyLoaded, priority: .notice, message: "in force")) }
        while trail.status.sequence == 600 { _ = trail.flush(withinMicroseconds: 1_000) }
        let ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "0", count: 32))
        let news = news
        let monitor = Monitor(
            judge: Judge(.denyAll(generation: 1)), trail: trail, ledger: ledger,
            leases: LeaseKeeper(directory: directory.path, boot: String(repeating: "0", count: 32)),
            warnKernelLog: { _ in true },
            tellTaint: { news.add($0.kernelLogLine) })
        #expect(ledger.snapshot.hostLetters == .lost && news.all.count == 1)
        withExtendedLifetime(monitor) {}
    }

    @Test("after an end in order nothing is touched")
    func orderlyEnd() throws {
        let house = try House()
        try house.monitor.takeUp([house.mailbox])
        #expect(house.function.counts == SimulatorCounts())
        #expect(house.ledger.snapshot.hostLetters.isEmpty)
    }
}
