import DOEMailbox
import DOEObjects
import DOEWords
import PCIConfig
import Testing

/// Each test plays the registers by hand.
@Suite("The mailbox machine")
struct MailboxMachineTests {
    private typealias Action = MailboxMachine.Action

    private let request: DataObject
    private var machine: MailboxMachine
    private var now: UInt64 = 1_000

    init() throws {
        request = try DataObject(.discovery, payload: [0, 0, 0, 0])
        machine = MailboxMachine(mailbox: .simulated("hand"), request: request)
    }

    private mutating func next(_ event: MailboxEvent) -> Action { machine.next(event, at: now) }

    /// Plays a free mailbox and a permit that holds, up to the first step of the request.
    private mutating func begin() {
        #expect(next(.began) == .read(.status))
        #expect(next(.value(0)) == .read(.control))
        #expect(next(.value(0)) == .confirmPermit)
        #expect(next(.permitHolds) == .send(requestDwords))
    }

    /// And up to the answer to GO.
    private mutating func send() {
        begin()
        #expect(next(.done) == .read(.status))
        #expect(next(.value(0)) == .read(.control))
        #expect(next(.value(0)) == .confirmPermit)
        #expect(next(.permitHolds) == .write(.control, 1 << 31))
    }

    /// Plays an abort, from the wait after it to the look that finds the mailbox free.
    private mutating func aborted() -> Action {
        #expect(next(.done) == .wait(microseconds: 8_000))
        now += 8_000
        #expect(next(.done) == .read(.status))
        return next(.value(0))
    }

    private var requestDwords: [UInt32] { (0..<request.dwordCount).map { request.dword($0) } }
    private let ready: UInt32 = 1 << 31
    private let error: UInt32 = 1 << 2

    @Test("asks once whether the mailbox is free, writes, asks once more, and looks at once after GO")
    mutating func sequence() throws {
        send()
        #expect(next(.done) == .read(.status))
        #expect(next(.value(ready)) == .read(.readMailbox))
        #expect(next(.value(0x0000_0001)) == .write(.readMailbox, 0))
        #expect(next(.done) == .read(.readMailbox))
        #expect(next(.value(3)) == .write(.readMailbox, 0))
        #expect(next(.done) == .read(.readMailbox))
        #expect(next(.value(0x0200_1e98)) == .read(.status))
        #expect(next(.value(ready)) == .write(.readMailbox, 0))
        #expect(next(.done) == .read(.status))
        let response = try DataObject(.discovery, payload: [0x98, 0x1e, 0, 2])
        let end = Action.finish(ExchangeResult(.response(response), dwordsWritten: 3))
        #expect(next(.value(0)) == end)
        #expect(next(.value(7)) == end)
        #expect(next(.began) == end)
    }

    @Test("sends and takes long objects in steps of 16 dwords, with a look at the status every 64 and before the last")
    mutating func steps() throws {
        let long = try DataObject(.discovery, payload: Array((0..<160 * 4).map { UInt8(truncatingIfNeeded: $0) }))
        let dwords = (0..<long.dwordCount).map { long.dword($0) }
        machine = MailboxMachine(mailbox: .simulated("hand"), request: long)
        _ = next(.began)
        _ = next(.value(0))
        _ = next(.value(0))
        var action = next(.permitHolds)
        for start in stride(from: 0, to: 162, by: 16) {
            #expect(action == .send(Array(dwords[start..<min(start + 16, 162)])))
            action = next(.done)
        }
        #expect(action == .read(.status))
        _ = next(.value(0))
        _ = next(.value(0))
        _ = next(.permitHolds)
        _ = next(.done)
        action = next(.value(ready))

        var taken = 0
        var looksAfter: [Int] = []
        while looksAfter.last != 162 {
            switch action {
            case .read(.readMailbox):
                action = next(.value(dwords[taken]))
                taken += 1
            case .read(.status):
                looksAfter.append(taken)
                action = next(.value(ready))
            case .take(let count):
                #expect((1...16).contains(count))
                action = next(.dwords(Array(dwords[taken..<taken + count])))
                taken += count
            case .write(.readMailbox, 0): action = next(.done)
            default:
                Issue.record("unexpected: \(action)")
                return
            }
        }
        #expect(looksAfter == [64, 128, 162])
        #expect(action == .write(.readMailbox, 0))
        #expect(next(.done) == .read(.status))
        #expect(next(.value(0)) == .finish(ExchangeResult(.response(long), dwordsWritten: 162)))
    }

    @Test("says how many dwords were sent when an access in the middle of a step does not happen")
    mutating func failsInStep() throws {
        begin()
        #expect(next(.failed(ConfigSpaceError(.refused, problem: "no"), after: 2)) == .write(.control, 1))
        guard case .finish(let result) = aborted() else {
            Issue.record("it went on")
            return
        }
        #expect(result.dwordsWritten == 2 && result.abort == .worked)
    }

    @Test("does not wait before the fourth look, then longer and longer, and no longer than a second in all")
    mutating func schedule() {
        send()
        var waits: [UInt64] = []
        var looks = 0
        var action = next(.done)
        let start = now
        while true {
            if action == .read(.status) {
                looks += 1
                action = next(.value(0))
            } else if case .wait(let time) = action {
                if waits.isEmpty { #expect(looks == 4) }
                waits.append(time)
                now += time
                action = next(.done)
            } else {
                break
            }
        }
        #expect(action == .write(.control, 1))
        #expect(now - start == 1_000_000)
        #expect(Array(waits.prefix(10)) == [10, 20, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400])
        #expect(waits.dropFirst(10).dropLast().allSatisfy { $0 == 8_000 })
        #expect(looks < 150)
    }

    @Test("takes a response that is there at the end of the second")
    mutating func lastMoment() {
        send()
        var action = next(.done)
        let start = now
        while now - start < 1_000_000 {
            if case .wait(let time) = action {
                now += time
                action = next(.done)
            } else {
                action = next(.value(0))
            }
        }
        #expect(action == .read(.status))
        #expect(next(.value(ready)) == .read(.readMailbox))
    }

    @Test(
        "leaves a mailbox alone that is busy for a second, and names the bit",
        arguments: [0x0000_0001, 0x8000_0001, 0x0000_0005] as [UInt32])
    mutating func busy(status: UInt32) {
        _ = next(.began)
        let start = now
        var action = next(.value(status))
        for _ in 0..<1_000 {
            if case .wait(let time) = action {
                now += time
                action = next(.done)
            } else if action == .read(.status) {
                action = next(.value(status))
            } else {
                break
            }
        }
        guard case .finish(let result) = action else {
            Issue.record("it went on")
            return
        }
        #expect(now - start == 1_000_000)
        #expect(result.failure?.status == .occupied)
        #expect(result.failure?.problem.contains("busy") == true)
        #expect(result.dwordsWritten == 0)
        #expect(result.abort == .none)
    }

    @Test("looks again while the mailbox is busy, and goes on once it is free")
    mutating func busyForAMoment() {
        _ = next(.began)
        #expect(next(.value(1)) == .read(.status))
        #expect(next(.value(1)) == .read(.status))
        #expect(next(.value(0)) == .read(.control))
    }

    @Test("leaves an unasked response alone and names its first dword")
    mutating func unasked() {
        _ = next(.began)
        #expect(next(.value(ready | error)) == .read(.readMailbox))
        guard case .finish(let result) = next(.value(0x0002_1e98)) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .occupied)
        #expect(result.failure?.problem.contains("0x00021e98 (1e98:02)") == true)
    }

    @Test("clears a left-over error with an abort and goes on")
    mutating func leftOver() {
        _ = next(.began)
        #expect(next(.value(error)) == .read(.control))
        #expect(next(.value(0)) == .write(.control, 1))
        #expect(aborted() == .read(.control))
        #expect(next(.value(0)) == .confirmPermit)
        #expect(next(.permitHolds) == .send(requestDwords))
    }

    @Test("ignores the interrupt status bit, which is not ours to clear")
    mutating func interrupt() {
        _ = next(.began)
        #expect(next(.value(2)) == .read(.control))
    }

    @Test(
        "aborts and does not GO when somebody else used the mailbox meanwhile",
        arguments: [0x0000_0001, 0x8000_0000] as [UInt32])
    mutating func disturbed(status: UInt32) {
        begin()
        _ = next(.done)
        #expect(next(.value(status)) == .write(.control, 1))
        guard case .finish(let result) = aborted() else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .occupied)
        #expect(result.abort == .worked)
        #expect(result.dwordsWritten == 3)
    }

    @Test("asks for the ids when the status reads as all ones, and goes by them")
    mutating func allOnes() {
        send()
        #expect(next(.done) == .read(.status))
        #expect(next(.value(.max)) == .readIDs)
        #expect(next(.value(0x0d93_8086)) == .read(.status))
        #expect(next(.value(.max)) == .readIDs)
        guard case .finish(let result) = next(.value(.max)) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .gone)
        #expect(result.abort == .none)
    }

    @Test("ends at once when the kernel refuses the first access, and aborts when it refuses a later one")
    mutating func refused() throws {
        let refusal = ConfigSpaceError(.refused, problem: "no", remedy: "ask")
        var early = machine
        _ = early.next(.began, at: now)
        guard case .finish(let result) = early.next(.failed(refusal), at: now) else {
            Issue.record("it went on")
            return
        }
        #expect(result.failure?.status == .refusedByKernel)
        #expect(result.failure?.remedy == "ask")
        #expect(result.dwordsWritten == 0)

        send()
        #expect(next(.failed(refusal)) == .write(.control, 1))
        guard case .finish(let late) = next(.failed(refusal)) else {
            Issue.record("it went on")
            return
        }
        #expect(late.failure?.status == .refusedByKernel)
        #expect(late.abort == .failed)
        #expect(late.dwordsWritten == 3)
    }
}
