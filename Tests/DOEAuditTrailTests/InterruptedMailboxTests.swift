@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import TestSupport
import Testing

/// What a killed daemon left open, from the ring's side.
@Suite struct InterruptedMailboxTests {
    private let directory = TemporaryDirectory()
    private let before = String(repeating: "c", count: 32)

    private var endpoint: JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/socket", source: .directory(directory.path))
    }

    private func trail() throws -> AuditTrail {
        try AuditTrail(stateDirectory: directory.path, journal: endpoint, capacity: 8)
    }

    private func record(_ mailbox: String?, verdict: Verdict = .allow) throws -> Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record.object = .tableAccess
        record.verdict = verdict
        if let mailbox { record.describe(MailboxIdentity(name: try #require(MailboxName(mailbox)))) }
        record[.time] = "1234567"
        record[.boot] = "0123"
        return record
    }

    /// A ring as a kill leaves it: these are open, in slots from 3 on.
    private func leaveOpen(_ contents: [[UInt8]]) throws {
        let ring = try Ring.open(path: directory.path + "/ring", slotCount: 8).ring
        try ring.write(
            RingProgress(
                generation: 1, instance: before, sequence: 41, chain: SHA256Digest(of: [9]),
                boot: try BootID.current(), isClean: false))
        for (index, content) in contents.enumerated() {
            try ring.open(slot: 3 + index, ticket: UInt64(77 + index), content: content)
        }
    }

    private func take(_ trail: AuditTrail) throws -> InterruptedMailbox {
        guard let interrupted = trail.takeInterrupted() else { throw NothingThere() }
        return interrupted
    }

    private struct NothingThere: Error {}

    private func next(_ journald: FakeJournald) throws -> Record {
        try Record(encoded: try #require(journald.next(), "nothing was sent"))
    }

    @Test func isHandedOutAndClosedOnlyWithWhatCameOfTheAbort() throws {
        try leaveOpen([try record("sim:cxl").encoded])
        do {
            let journald = FakeJournald(path: endpoint.socket)
            let trail = try trail()
            #expect(trail.status.open == 1)
            let interrupted = try take(trail)
            let (name, needsAbort) = (interrupted.name, interrupted.needsAbort)
            #expect(name == MailboxName("sim:cxl") && needsAbort)
            try interrupted.close(.aborted)
            let closed = try next(journald)
            #expect(closed.event == .exchangeInterrupted)
            #expect(closed[.status] == "interrupted")
            #expect(closed.message.contains("its mailbox was aborted and is free: CDAT read"))
            #expect(closed.sequence == 42)
            #expect(closed.chain == SHA256Digest(of: [9]))
            #expect(closed.time == 1_234_567, "the time of the event, not of the start")
            #expect(closed.object == .tableAccess)
            #expect(trail.status.open == 0)
            if let again = trail.takeInterrupted() { Issue.record("told twice: \(again.name)") }
        }
        let next = try trail()
        if let again = next.takeInterrupted() { Issue.record("told to the next: \(again.name)") }
    }

    @Test func isFoundAgainHoweverOftenTheDaemonDiesBeforeTheClose() throws {
        try leaveOpen([try record("sim:cxl").encoded])
        for _ in 0..<3 {
            let trail = try trail()
            #expect(trail.status.open == 1)
            // Taken and forgotten: this daemon was killed between abort and close.
            let count = try take(trail).records.count
            #expect(count == 1)
        }
        let trail = try trail()
        try take(trail).close(.notAborted(because: "it sleeps"))
        #expect(trail.status.sequence == 42)
    }

    @Test func whatCouldNotBeAbortedSaysWhy() throws {
        try leaveOpen([try record("sim:cxl").encoded])
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        try take(trail).close(.notAborted(because: "0000:0d:00.0 is in D3hot, not in D0"))
        let closed = try next(journald)
        #expect(closed[.status] == "interrupted-unaborted")
        #expect(closed.message.contains("0000:0d:00.0 is in D3hot, not in D0"))
    }

    @Test func comesOnceAMailboxAndEachRecordIsClosedForItself() throws {
        try leaveOpen([
            try record("sim:cxl").encoded, try record("sim:vendor", verdict: .deny).encoded,
            try record("sim:cxl", verdict: .deny).encoded, try record("sim:cxl", verdict: .warn).encoded,
        ])
        let journald = FakeJournald(path: endpoint.socket)
        let trail = try trail()
        let first = try take(trail)
        let (firstName, verdicts) = (first.name, first.records.map(\.verdict))
        #expect(firstName == MailboxName("sim:cxl") && verdicts == [.allow, .deny, .warn])
        try first.close(.notAborted(because: "it is lent"))
        let second = try take(trail)
        let (secondName, needsAbort) = (second.name, second.needsAbort)
        #expect(secondName == MailboxName("sim:vendor"))
        #expect(!needsAbort, "a refused exchange touches nothing")
        try second.close(.nothingToAbort)
        let words = try (0..<4).map { _ in try next(journald)[.status] }
        #expect(words == ["interrupted-unaborted", "interrupted", "interrupted-unaborted", "interrupted"])
    }

    @Test func whatIsInNoMailboxIsClosedAtOnce() throws {
        try leaveOpen([try record(nil).encoded])
        let trail = try trail()
        #expect(trail.status.open == 0)
        #expect(trail.status.sequence == 42)
        if let interrupted = trail.takeInterrupted() { Issue.record("handed out: \(interrupted.name)") }
    }

    @Test func anOpenRecordThatCannotBeReadIsALossAndItsSlotIsFreed() throws {
        try leaveOpen([Array("DOE_EVENT=of-another-version\n".utf8), [1, 2, 3]])
        do {
            let trail = try trail()
            #expect(trail.recovery.lost == ["2 open records cannot be read"])
            #expect(trail.status.open == 0)
            trail.recordLoss()
        }
        let content = try Ring.open(path: directory.path + "/ring", slotCount: 8).content
        #expect(content.slots[3] == .free && content.slots[4] == .free)
    }

    @Test func aLongMessageDoesNotHideWhatCameOfTheAbort() throws {
        var long = try record("sim:cxl")
        long.message = String(repeating: "x", count: 2000)
        #expect(long.interrupted(.aborted).message.contains("its mailbox was aborted and is free"))
    }
}
