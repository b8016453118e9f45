import DOEWords
import Testing

@Suite struct LeaseTests {
    private static let start = LeaseTime(sinceBoot: 5_000_000, wallClock: 1_700_000_000_000_000)

    private func lease(_ seconds: Int = 60) throws -> Lease {
        Lease(
            id: "0123456789abcdef", of: MailboxIdentity(name: .simulated("cxl"), serialNumber: .known(0x1234)),
            on: try LeaseTerms(holder: .uid(1000), seconds: seconds, reason: "ticket LAB-1"), from: Self.start)
    }

    @Test func `it ends with the clock that comes there first`() throws {
        let lease = try lease()
        func isOver(_ boot: Int64, _ wall: Int64) -> Bool {
            lease.isOver(
                at: LeaseTime(
                    sinceBoot: UInt64(Int64(Self.start.sinceBoot) + boot),
                    wallClock: UInt64(Int64(Self.start.wallClock) + wall)))
        }
        #expect(!isOver(0, 0))
        #expect(!isOver(59_999_999, 59_999_999))
        #expect(isOver(60_000_000, 0))
        #expect(isOver(0, 60_000_000))
        // A wall clock that was set back lengthens nothing, one that was set forward shortens it.
        #expect(isOver(60_000_000, -3_600_000_000))
        #expect(!isOver(59_999_999, -3_600_000_000))
        #expect(isOver(1, 3_600_000_000))
        // A time since boot before its start is of another boot.
        #expect(isOver(-1, 0))
    }

    @Test func `it is for the device that it was given for`() throws {
        let lease = try lease()
        #expect(lease.isFor(MailboxIdentity(name: .simulated("cxl"), serialNumber: .known(0x1234))))
        #expect(!lease.isFor(MailboxIdentity(name: .simulated("cxl"), serialNumber: .known(0x1235))))
        #expect(!lease.isFor(MailboxIdentity(name: .simulated("cxl"), serialNumber: .unknown)))
        #expect(!lease.isFor(MailboxIdentity(name: .simulated("other"), serialNumber: .known(0x1234))))
        // Without a serial number it is for none: one model's devices could not be told apart.
        for serial in [Fact<UInt64>.none, .unknown] {
            let mailbox = MailboxIdentity(name: .simulated("cxl"), serialNumber: serial)
            let terms = try LeaseTerms(holder: .uid(0), seconds: 60, reason: "x")
            #expect(!Lease(id: "0", of: mailbox, on: terms, from: LeaseTime(sinceBoot: 1, wallClock: 1)).isFor(mailbox))
        }
    }

    @Test func `a time that cannot be counted lasts to the end of time, and not less`() {
        let late = LeaseTime(sinceBoot: .max - 1, wallClock: 5).adding(10)
        #expect(late == LeaseTime(sinceBoot: .max, wallClock: 15))
    }

    @Test(arguments: [
        (0, "x"), (-1, "x"), (86_401, "x"), (60, ""), (60, "   "), (60, "two\nlines"), (60, "bell\u{7}"),
        (60, String(repeating: "x", count: 257)),
    ])
    func `terms that cannot be are refused with what to do`(seconds: Int, reason: String) {
        let error = #expect(throws: Obstacle.self) {
            try LeaseTerms(holder: .uid(0), seconds: seconds, reason: reason)
        }
        #expect(error?.remedy != nil)
    }

    @Test(arguments: [
        "uid 0", "uid 1000", "uid 4294967294", "unit lab.service", #"unit a\x2db@1.service"#, "unit s.scope",
    ])
    func `a holder is written and read in one way`(text: String) {
        #expect(LeaseHolder(text)?.description == text)
    }

    @Test(arguments: [
        "", "uid", "uid ", "uid -1", "uid 01", "uid 4294967295", "uid 1 2", "uid root", "unit", "unit ", "unit lab",
        "unit .service", "unit a b.service", "unit lab.target", "unit lab.service\n", "user 1", "uid  1",
        "unit " + String(repeating: "x", count: 250) + ".service",
    ])
    func `what is nobody's name is no holder`(text: String) {
        #expect(LeaseHolder(text) == nil)
    }

    @Test func `a lease is held by whom it names alone`() {
        let both = Client(uid: .known(1000), unit: .known("lab.service"))
        #expect(LeaseHolder.uid(1000).isHeld(by: both) && LeaseHolder.unit("lab.service").isHeld(by: both))
        #expect(!LeaseHolder.uid(0).isHeld(by: both) && !LeaseHolder.unit("lab").isHeld(by: both))
        #expect(!LeaseHolder.uid(1000).isHeld(by: Client()) && !LeaseHolder.unit("x.service").isHeld(by: Client()))
        #expect(!LeaseHolder.uid(0).isHeld(by: Client(uid: .none)))
    }
}
