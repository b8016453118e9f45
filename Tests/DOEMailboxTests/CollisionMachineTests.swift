import DOEMailbox
import DOEObjects
import DOEWords
import PCIConfig
import Testing

/// Each test plays the registers and the witness by hand.
@Suite("The mailbox machine, where somebody else writes too")
struct CollisionMachineTests {
    private typealias Action = MailboxMachine.Action

    private let request: DataObject
    private var machine: MailboxMachine
    private var now: UInt64 = 1_000
    private let ready: UInt32 = 1 << 31
    private let write = ForeignWrite(time: 1_500, offset: 0x1a0, who: "/usr/bin/setpci[467]")

    init() throws {
        request = try DataObject(.discovery, payload: [0, 0, 0, 0])
        machine = MailboxMachine(mailbox: .simulated("hand"), request: request, isWitnessed: true)
    }

    private mutating func next(_ event: MailboxEvent) -> Action {
        now += 10
        return machine.next(event, at: now)
    }

    /// Plays up to the step that writes the request.
    private mutating func begin() {
        #expect(next(.began) == .read(.status))
        #expect(next(.value(0)) == .read(.control))
        #expect(next(.value(0)) == .confirmPermit)
        #expect(next(.permitHolds) == .send((0..<3).map { request.dword($0) }))
    }

    /// Plays up to the question before GO; the look that found the mailbox free began at 1010.
    private mutating func send() {
        begin()
        #expect(next(.done) == .read(.status))
        #expect(next(.value(0)) == .read(.control))
        #expect(next(.value(0)) == .askWitness(since: 1_010))
    }

    /// Nobody wrote, the permit still holds, and GO is written.
    private mutating func go() {
        #expect(next(.nobodyWrote) == .confirmPermit)
        #expect(next(.permitHolds) == .write(.control, 1 << 31))
        #expect(next(.done) == .read(.status))
    }

    /// Plays up to the question after the response.
    private mutating func receive() {
        send()
        go()
        _ = next(.value(ready))
        for dword in [0x0000_0001, 3] as [UInt32] {
            #expect(next(.value(dword)) == .write(.readMailbox, 0))
            #expect(next(.done) == .read(.readMailbox))
        }
        #expect(next(.value(0x0200_1e98)) == .read(.status))
        #expect(next(.value(ready)) == .write(.readMailbox, 0))
        #expect(next(.done) == .read(.status))
        #expect(next(.value(0)) == .askWitness(since: 1_010))
    }

    /// Expects an abort that works, and then this failure.
    private mutating func expectCollision(
        dwords: Int = 3, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(next(.foreignWrite(write)) == .write(.control, 1), sourceLocation: sourceLocation)
        #expect(next(.done) == .wait(microseconds: 8_000), sourceLocation: sourceLocation)
        now += 8_000
        #expect(next(.done) == .read(.status), sourceLocation: sourceLocation)
        guard case .finish(let result) = next(.value(0)) else {
            Issue.record("it went on", sourceLocation: sourceLocation)
            return
        }
        let failure = try #require(result.failure, sourceLocation: sourceLocation)
        #expect(failure.status == .collided, sourceLocation: sourceLocation)
        #expect(result.abort == .worked && result.dwordsWritten == dwords, sourceLocation: sourceLocation)
        for word in ["/usr/bin/setpci[467] wrote to sim:hand at 0x1a0"] + words {
            #expect(failure.problem.contains(word), "\(failure.problem)", sourceLocation: sourceLocation)
        }
        #expect(failure.remedy?.contains("setpci[467]") == true, sourceLocation: sourceLocation)
    }

    @Test("is aborted and gets no GO when somebody wrote since the look that found it free")
    mutating func beforeGo() throws {
        send()
        try expectCollision(saying: ["0001:00", "no GO"])
    }

    @Test("gives no response that was read while somebody wrote")
    mutating func afterResponse() throws {
        receive()
        try expectCollision(saying: ["no response of it is trusted"])
    }

    @Test("hands the response on when nobody wrote, and asks twice")
    mutating func alone() throws {
        receive()
        let response = try DataObject(.discovery, payload: [0x98, 0x1e, 0, 2])
        #expect(next(.nobodyWrote) == .finish(ExchangeResult(.response(response), dwordsWritten: 3)))
    }

    @Test(
        "asks before an abort for a status that was not free, and names both",
        arguments: [0x8000_0000, 4, 1] as [UInt32])
    mutating func disturbed(status: UInt32) throws {
        begin()
        _ = next(.done)
        #expect(next(.value(status)) == .askWitness(since: 1_010))
        try expectCollision(saying: ["no GO", "0x\(status.hex(digits: 8))"])
    }

    @Test("keeps the failure's own name when nobody wrote")
    mutating func disturbedByNobody() {
        begin()
        _ = next(.done)
        #expect(next(.value(1)) == .askWitness(since: 1_010))
        #expect(next(.nobodyWrote) == .write(.control, 1))
        #expect(next(.done) == .wait(microseconds: 8_000))
        #expect(next(.done) == .read(.status))
        guard case .finish(let result) = next(.value(0)) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .occupied && result.abort == .worked)
    }

    @Test("calls an error after GO a collision when somebody wrote")
    mutating func error() throws {
        send()
        go()
        #expect(next(.value(4)) == .askWitness(since: 1_010))
        try expectCollision(saying: ["error after GO"])
    }

    @Test("calls a response that never came a collision when somebody wrote: they may have taken it")
    mutating func stolen() throws {
        send()
        go()
        now += 2_000_000
        #expect(next(.value(0)) == .askWitness(since: 1_010))
        try expectCollision(saying: ["did not answer"])
    }

    @Test(
        "aborts after a malformed response that left the mailbox empty only when somebody wrote",
        arguments: [true, false])
    mutating func malformed(wrote: Bool) throws {
        send()
        go()
        _ = next(.value(ready))
        _ = next(.value(0x0002_1e98))
        _ = next(.done)
        #expect(next(.value(3)) == .read(.status))
        #expect(next(.value(0)) == .askWitness(since: 1_010))
        if wrote { return try expectCollision(saying: ["1e98:02"]) }
        guard case .finish(let result) = next(.nobodyWrote) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .malformedResponse && result.abort == .none)
    }

    @Test("asks from the look that found it free, not from one that found it busy")
    mutating func busyFirst() {
        _ = next(.began)
        #expect(next(.value(1)) == .read(.status))
        _ = next(.value(0))
        _ = next(.value(0))
        _ = next(.permitHolds)
        _ = next(.done)
        _ = next(.value(0))
        #expect(next(.value(0)) == .askWitness(since: 1_020))
    }

    @Test("asks nobody when the function has gone or the kernel refuses")
    mutating func noQuestion() {
        send()
        go()
        #expect(next(.value(.max)) == .readIDs)
        guard case .finish(let result) = next(.value(.max)) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .gone)
    }

    @Test("goes on without a question where there is no witness")
    mutating func unwitnessed() {
        machine = MailboxMachine(mailbox: .simulated("hand"), request: request)
        begin()
        _ = next(.done)
        _ = next(.value(0))
        #expect(next(.value(0)) == .confirmPermit)
        #expect(next(.permitHolds) == .write(.control, 1 << 31))
    }
}
