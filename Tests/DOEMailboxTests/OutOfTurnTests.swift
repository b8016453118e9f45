import DOEObjects
import DOESimulator
import DOEWords
import PCIConfig
import Testing

@testable import DOEMailbox
@testable import DOEPolicy

/// Every machine is driven into every state, and told there whatever there is to tell. It goes on at the answer to what it
/// asked; any other ends the exchange, and no GO and no dword of the request follows.
@Suite("An answer that was not asked for")
struct OutOfTurnTests {
    /// Each kind of event, with values that mean something to somebody: free, ready, error, all ones.
    private static let events: [MailboxEvent] = [
        .began, .value(0), .value(1), .value(4), .value(1 << 31), .value(.max), .dwords([]), .dwords([0]),
        .dwords(Array(repeating: 0, count: 16)), .done, .permitHolds,
        .withdrawn(.hindered(Hindrance(by: "test", because: "no"))), .nobodyWrote,
        .foreignWrite(ForeignWrite(time: 0, offset: 0x198, who: "somebody")),
    ]

    /// Whether an event answers an action, as `MailboxAction` says.
    private static func answers<Outcome>(_ event: MailboxEvent, _ action: MailboxAction<Outcome>) -> Bool {
        switch (action, event) {
        case (.read, .value), (.readIDs, .value), (.write, .done), (.send, .done), (.wait, .done): true
        case (.take(let count), .dwords(let dwords)): dwords.count == count
        case (.confirmPermit, .permitHolds), (.confirmPermit, .withdrawn): true
        case (.askWitness, .nobodyWrote), (.askWitness, .foreignWrite): true
        default: false
        }
    }

    private static func word(_ state: some Any) -> String { String("\(state)".prefix { $0 != "(" }) }

    /// What a mailbox does to an exchange: its answers to status, read mailbox and ids, one after the other; when they are
    /// used up the last one stays. All else goes well.
    private struct Play {
        var status: [UInt32] = [0]
        var readMailbox: [UInt32] = [0]
        var ids: [UInt32] = [0x2330_10de]
        var control: [UInt32] = [0]
        /// Microseconds that each step with dwords takes.
        var stall: UInt64 = 0

        mutating func answer<Outcome>(to action: MailboxAction<Outcome>) -> MailboxEvent {
            switch action {
            case .read(.status): .value(Self.next(&status))
            case .read(.control): .value(Self.next(&control))
            case .read: .value(Self.next(&readMailbox))
            case .readIDs: .value(Self.next(&ids))
            case .take(let count): .dwords((0..<count).map { _ in Self.next(&readMailbox) })
            case .confirmPermit: .permitHolds
            case .askWitness: .nobodyWrote
            case .write, .send, .wait, .finish: .done
            }
        }

        private static func next(_ values: inout [UInt32]) -> UInt32 {
            values.count > 1 ? values.removeFirst() : values[0]
        }
    }

    private static let ready: UInt32 = 1 << 31

    private static func plays(for request: DataObject) -> [Play] {
        let dwords = (0..<request.dwordCount).map { request.dword($0) }
        let armed: [UInt32] = [0, 2, 2, 0]
        return [
            // All goes well, and the response is taken in steps.
            Play(
                status: [0, 0, 0, 0, 0, 0, 0, ready, ready, ready, ready, ready, 0], readMailbox: dwords, control: armed
            ),
            Play(status: [1, 1, 1, 1, 1, 0, 0, 0], control: armed),
            Play(status: [ready]),
            Play(status: [4, 4, 0, 0, ready, ready, ready, 0], readMailbox: [0x0001_1e98, 9]),
            Play(status: [.max]),
            Play(status: [0, .max]),
            Play(status: [0, 0, .max, 0, ready, .max], readMailbox: dwords),
            // Of another object, and read away.
            Play(status: [0, 0, ready, ready, ready, ready, .max], readMailbox: [0x0001_1e98, 9]),
            Play(status: [0, 4, 4, 4, .max, 4, 0]),
            Play(control: [0, 2, 0], stall: 30_000),
        ]
    }

    @Test("stops the mailbox machine in each state: an abort where a dword was written, and never GO")
    func mailboxMachine() throws {
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: Array(repeating: 3, count: 4 * 90))
        var visited: Set<String> = []
        for play in Self.plays(for: request) {
            for isWitnessed in [false, true] {
                var (play, now) = (play, UInt64(1_000))
                var machine = MailboxMachine(
                    mailbox: .simulated("turn"), request: request, isWitnessed: isWitnessed, canArm: true)
                // Before anything was asked, nothing but the start counts.
                for event in Self.events where event != .began { try Self.expectStop(machine, at: event, now) }
                var action = machine.next(.began, at: now)
                visited.insert("new")
                for _ in 0..<2_000 {
                    visited.insert(Self.word(machine.state))
                    if case .finish = action { break }
                    for event in Self.events where !Self.answers(event, action) {
                        try Self.expectStop(machine, at: event, now)
                    }
                    if case .wait(let time) = action { now += time }
                    if case .send = action { now += play.stall }
                    now += 1
                    action = machine.next(play.answer(to: action), at: now)
                }
                // At its end nothing changes any more.
                for event in Self.events { #expect(machine.next(event, at: now) == action) }
            }
        }
        #expect(
            visited == [
                "new", "checkingFree", "waitingFree", "readingUnasked", "clearingError", "readingControl",
                "confirmingStart", "arming", "checkingArmed", "sending", "checkingSent", "checkingControl", "disarming",
                "asking", "confirmingGo", "going", "polling", "pausing", "receiving", "confirmingIDs", "aborting",
                "over",
            ])
    }

    /// Expects that the machine ends, with an abort where one of its dwords is in the mailbox, and sends nothing more.
    private static func expectStop(_ machine: MailboxMachine, at event: MailboxEvent, _ now: UInt64) throws {
        var (machine, play, now) = (machine, Play(), now)
        let (before, position) = (word(machine.state), machine.position)
        let comment: Comment = "\(event) in the state \(machine.state)"
        var action = machine.next(event, at: now)
        var aborts = 0
        for _ in 0..<400 {
            switch action {
            case .finish(let result):
                guard case .failure(let failure) = result.ending else {
                    Issue.record("\(comment): \(result.ending)")
                    return
                }
                // An abort that was under way is told as failed, and what it was for keeps its name.
                if before != "aborting" && before != "clearingError" { #expect(failure.status == .forgotten, comment) }
                if before == "aborting" || before == "clearingError" {
                    #expect(result.abort == .failed, comment)
                } else {
                    #expect((aborts > 0) == (position > 0 || machine.sentinel.isArmed), comment)
                }
                return
            case .write(.control, let value):
                #expect(value & MailboxControl.go.rawValue == 0, comment)
                aborts += Int(value & 1)
            case .send, .take: Issue.record("\(comment): \(action)")
            default: break
            }
            now += 8_000
            action = machine.next(play.answer(to: action), at: now)
        }
        Issue.record("\(comment): it does not end")
    }

    @Test("makes no abort a success, in each state of the abort machine")
    func abortMachine() throws {
        for disarming in [false, true] {
            var (machine, play, now) = (AbortMachine(disarming: disarming), Play(status: [4, .max, 4, 0]), UInt64(0))
            var action = machine.next(.began, at: now)
            var states = 0
            while action != .finish(.worked) {
                for event in Self.events where !Self.answers(event, action) {
                    var other = machine
                    #expect(other.next(event, at: now) == .finish(.failed), "\(event) after \(action)")
                }
                states += 1
                now += 8_000
                action = machine.next(play.answer(to: action), at: now)
                try #require(states < 40, "it does not end")
            }
            var new = AbortMachine(disarming: disarming)
            #expect(new.next(.done, at: 0) == .finish(.failed))
        }
    }

    @Test("makes no response of what was read, in each state of the reader")
    func responseReader() throws {
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: Array(repeating: 3, count: 4 * 90))
        let dwords = (0..<request.dwordCount).map { request.dword($0) }
        let plays = [
            Play(status: [Self.ready, Self.ready, 0], readMailbox: dwords),
            Play(status: [Self.ready, Self.ready, .max], readMailbox: [0x0001_1e98, 9]),
        ]
        for var play in plays {
            var reader = ResponseReader(for: request)
            var action = reader.next(.began, at: 0)
            for _ in 0..<400 {
                if case .finish = action { break }
                for event in Self.events where !Self.answers(event, action) {
                    var other = reader
                    #expect(other.next(event, at: 0) == .finish(.outOfTurn), "\(event) after \(action)")
                }
                action = reader.next(play.answer(to: action), at: 0)
            }
            guard case .finish = action else {
                Issue.record("it does not end")
                return
            }
        }
    }

    @Test("shows no mailbox as still, in each state of the machine that looks")
    func stillnessMachine() throws {
        var (machine, play, now) = (StillnessMachine(), Play(status: [1]), UInt64(0))
        var action = machine.next(.began, at: now)
        while action != .finish(true) {
            for event in Self.events where !Self.answers(event, action) {
                var other = machine
                #expect(other.next(event, at: now) == .finish(false), "\(event) after \(action)")
            }
            now += 5_000
            action = machine.next(play.answer(to: action), at: now)
            try #require(now < 10_000_000, "it does not end")
        }
    }
}
