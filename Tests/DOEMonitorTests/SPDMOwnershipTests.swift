import DOEObjects
import DOESimulator
import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("SPDM has one owner a mailbox")
struct SPDMOwnershipTests {
    private static let one = MailboxName.simulated("one")
    private static let two = MailboxName.simulated("two")

    private static func peek(_ code: UInt8, _ object: ObjectID = .spdm) throws -> SPDMPeek {
        try #require(SPDMPeek(try DataObject(object, payload: [0x12, code, 0, 0])))
    }

    private static func requester(_ connection: UInt64) -> Requester {
        Requester(Client(via: .known(.unix), pid: .known(7), uid: .known(1000)), connection: connection)
    }

    private func talk(
        _ ownership: inout SPDMOwnership, _ code: UInt8, _ connection: UInt64, on mailbox: MailboxName = one,
        answer: UInt8?, at time: UInt64? = nil
    ) throws -> String? {
        let now = time ?? connection * 1_000_000
        let refusal = ownership.begin(
            isGetVersion: code == 0x84, on: mailbox, by: Self.requester(connection), at: now)
        if refusal == nil { ownership.end(with: mailbox, response: try answer.map { try Self.peek($0) }, at: now) }
        return refusal
    }

    @Test("who sent GET_VERSION owns it, on that mailbox alone; the others wait until it has left")
    func owner() throws {
        var ownership = SPDMOwnership()
        #expect(try talk(&ownership, 0x84, 1, answer: 0x04) == nil)
        #expect(try talk(&ownership, 0xe1, 1, answer: 0x61) == nil)
        let refusal = try #require(try talk(&ownership, 0x84, 3, answer: 0x04))
        #expect(refusal.contains("uid 1000, process 7") && refusal.contains("2 s ago"))
        #expect(try talk(&ownership, 0xe1, 3, answer: 0x61) != nil)
        #expect(try talk(&ownership, 0x84, 3, on: Self.two, answer: 0x04) == nil)
        #expect(ownership.owns(1) && ownership.owns(3) && !ownership.owns(2))
        ownership.leave(3)
        #expect(
            !ownership.owns(3) && ownership.owner(of: Self.two) == nil && ownership.owner(of: Self.one)?.connection == 1
        )
        ownership.leave(1)
        #expect(try talk(&ownership, 0x84, 3, answer: 0x04) == nil)
    }

    @Test("nothing begins without GET_VERSION", arguments: [0xe1, 0x81, 0xe0, 0xe4, 0x85, 0xfe] as [UInt8])
    func begins(code: UInt8) throws {
        var ownership = SPDMOwnership()
        #expect(try talk(&ownership, code, 1, answer: 0x7f)?.contains("begins with GET_VERSION") == true)
    }

    @Test("a secured message belongs to the owner too")
    func secured() throws {
        var ownership = SPDMOwnership()
        let secured = try Self.peek(0, .securedSPDM).messageCode == .getVersion
        #expect(ownership.begin(isGetVersion: secured, on: Self.one, by: Self.requester(1), at: 0) != nil)
        #expect(try talk(&ownership, 0x84, 1, answer: 0x04) == nil)
        #expect(ownership.begin(isGetVersion: secured, on: Self.one, by: Self.requester(2), at: 0) != nil)
        #expect(ownership.begin(isGetVersion: secured, on: Self.one, by: Self.requester(1), at: 0) == nil)
    }

    @Test("a GET_VERSION without VERSION gives nothing, and takes nothing from who had it", arguments: [nil, 0x7f])
    func unanswered(answer: UInt8?) throws {
        var ownership = SPDMOwnership()
        #expect(try talk(&ownership, 0x84, 1, answer: answer) == nil)
        #expect(ownership.owner(of: Self.one) == nil)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04) == nil)
        #expect(try talk(&ownership, 0x84, 2, answer: answer) == nil)
        #expect(ownership.owner(of: Self.one)?.connection == 2)
    }

    @Test("whoever leaves while a request is under way keeps the mailbox until its end")
    func leavesUnderWay() throws {
        var ownership = SPDMOwnership()
        #expect(ownership.begin(isGetVersion: true, on: Self.one, by: Self.requester(1), at: 0) == nil)
        ownership.leave(1)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04) != nil)
        ownership.end(with: Self.one, response: try Self.peek(0x04), at: 0)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04) == nil)
    }

    @Test("an owner that sends nothing for the idle time is followed by who sends GET_VERSION, and by nobody else")
    func idle() throws {
        var ownership = SPDMOwnership(idleLimit: 10)
        #expect(try talk(&ownership, 0x84, 1, answer: 0x04, at: 100) == nil)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 109)?.contains("leaves or sends nothing") == true)
        #expect(try talk(&ownership, 0xe1, 1, answer: 0x61, at: 109) == nil)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 118) != nil, "its time begins anew with each exchange")
        #expect(try talk(&ownership, 0xe1, 2, answer: 0x61, at: 119)?.contains("until somebody sends") == true)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 119) == nil)
        #expect(ownership.owner(of: Self.one)?.connection == 2)
        // The one before finds out, and its end takes nothing from the one after.
        #expect(try talk(&ownership, 0xe1, 1, answer: 0x61, at: 120) != nil)
        ownership.leave(1)
        #expect(ownership.owner(of: Self.one)?.connection == 2)
    }

    @Test("root's word ends it: at once, or at the end of the exchange that is under way, and once")
    func release() throws {
        var ownership = SPDMOwnership()
        #expect(ownership.release(Self.one) == nil)
        #expect(try talk(&ownership, 0x84, 1, answer: 0x04) == nil)
        #expect(ownership.release(Self.one)?.connection == 1 && ownership.owner(of: Self.one) == nil)
        #expect(try talk(&ownership, 0xe1, 1, answer: 0x61) != nil, "it begins anew like anybody else")
        #expect(ownership.begin(isGetVersion: true, on: Self.one, by: Self.requester(2), at: 0) == nil)
        #expect(ownership.release(Self.one)?.connection == 2 && ownership.release(Self.one) == nil)
        #expect(try talk(&ownership, 0x84, 3, answer: 0x04) != nil)
        ownership.end(with: Self.one, response: try Self.peek(0x04), at: 0)
        #expect(try talk(&ownership, 0x84, 3, answer: 0x04) == nil)
    }

    @Test("an exchange that takes longer than the idle time is not idle; idle time begins with its end")
    func slowIsNotIdle() throws {
        var ownership = SPDMOwnership(idleLimit: 10)
        #expect(ownership.begin(isGetVersion: true, on: Self.one, by: Self.requester(1), at: 0) == nil)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 50) != nil)
        ownership.end(with: Self.one, response: try Self.peek(0x04), at: 60)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 69) != nil)
        #expect(try talk(&ownership, 0x84, 2, answer: 0x04, at: 70) == nil)
    }

    @Test("by default no session with heartbeats is idle before its peer has ended it")
    func idleByDefault() throws {
        // Twice the longest period that a byte holds.
        #expect(SPDMOwnership.standardIdleLimit > 2 * 255 * 1_000_000)
    }

    /// A model that knows the whole past: the owner is who sent the last answered GET_VERSION that had leave, unless
    /// it left since.
    @Test("equal to a naive model that looks at the whole past, in random talks of five clients")
    func model() throws {
        var generator = SeededGenerator(seed: 31)
        var ownership = SPDMOwnership(idleLimit: 20)
        var owner: UInt64?
        var (now, lastUse): (UInt64, UInt64) = (0, 0)
        for _ in 0..<20_000 {
            now += UInt64.random(in: 0...10, using: &generator)
            let connection = UInt64.random(in: 1...5, using: &generator)
            guard Int.random(in: 0..<4, using: &generator) > 0 else {
                ownership.leave(connection)
                if owner == connection { owner = nil }
                continue
            }
            let isVersion = Bool.random(using: &generator)
            let isAnswered = Bool.random(using: &generator)
            let refusal = try talk(
                &ownership, isVersion ? 0x84 : 0xe1, connection, answer: isAnswered ? (isVersion ? 0x04 : 0x61) : nil,
                at: now)
            let isFree = owner == nil || now - lastUse >= 20
            let expected = owner == connection || isFree && isVersion
            #expect((refusal == nil) == expected)
            guard expected else { continue }
            // Whoever follows an idle owner has taken it away, also where no VERSION came.
            if owner != connection { owner = nil }
            if isVersion, isAnswered { owner = connection }
            lastUse = now
            #expect(ownership.owner(of: Self.one)?.connection == owner)
        }
    }
}
