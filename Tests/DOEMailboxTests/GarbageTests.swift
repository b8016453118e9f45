import DOEMailbox
import DOEObjects
import DOEWords
import MailboxTestSupport
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEPolicy

/// A function whose registers are noise.
private final class GarbageFunction: HeldFunction {
    private struct State {
        var generator: SeededGenerator
        var accesses = 0
        var responseReads = 0
        /// Every read is an arbitrary dword, ids and status too.
        let isPure: Bool
        /// Out of 8 looks, how many show what.
        let busyWeight: Int
        let readyWeight: Int
        let errorWeight: Int
        let allOnesWeight: Int
        let failureWeight: Int
    }

    private let state: Mutex<State>
    private let object: ObjectID

    init(seed: UInt64, object: ObjectID) {
        var generator = SeededGenerator(seed: seed)
        func weight(_ among: [Int]) -> Int { among[Int(generator.next() % UInt64(among.count))] }
        let busy = weight([0, 0, 0, 1, 8])
        let ready = weight([0, 1, 6, 8])
        let error = weight([0, 0, 0, 1, 8])
        let allOnes = weight([0, 0, 1, 8])
        let failure = weight([0, 0, 0, 1])
        state = Mutex(
            State(
                generator: generator, isPure: seed.isMultiple(of: 4), busyWeight: busy, readyWeight: ready,
                errorWeight: error, allOnesWeight: allOnes,
                failureWeight: failure))
        self.object = object
    }

    var accesses: Int { state.withLock { $0.accesses } }
    var responseReads: Int { state.withLock { $0.responseReads } }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        let object = object
        return try access { state in
            if offset == 0x114 { state.responseReads += 1 }
            if state.isPure { return UInt32(truncatingIfNeeded: state.generator.next()) }
            func occurs(_ weight: Int, in range: UInt64) -> Bool { state.generator.next() % range < UInt64(weight) }
            if offset == 0 { return occurs(1, in: 4) ? .max : 0x0d93_8086 }
            // Settings seldom change by themselves.
            if offset == 0x108 { return occurs(1, in: 16) ? UInt32(truncatingIfNeeded: state.generator.next()) : 0 }
            if offset == 0x10c {
                if occurs(state.allOnesWeight, in: 64) { return .max }
                let busy: UInt32 = occurs(state.busyWeight, in: 8) ? 1 : 0
                let error: UInt32 = occurs(state.errorWeight, in: 64) ? 4 : 0
                let ready: UInt32 = occurs(state.readyWeight, in: 8) ? 1 << 31 : 0
                return busy | error | ready
            }
            // Often a plausible header, so that the noise gets far.
            switch state.generator.next() % 4 {
            case 0: return UInt32(object.vendor) | UInt32(object.type) << 16
            case 1: return UInt32(state.generator.next() % 70)
            default: return UInt32(truncatingIfNeeded: state.generator.next())
            }
        }
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) { try access { _ in } }

    private func access<Value>(_ body: (inout State) -> Value) throws(ConfigSpaceError) -> Value {
        try state.withLock { state throws(ConfigSpaceError) in
            state.accesses += 1
            if state.failureWeight > 0, state.generator.next() % 1_000 == 0 {
                throw ConfigSpaceError(.failed, problem: "noise")
            }
            return body(&state)
        }
    }

    func checkAvailable() throws(ConfigSpaceError) {}
    func checkStillSame() throws(ConfigSpaceError) {}
    func securityManager() -> Fact<String> { .none }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { nil }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { MailboxIdentity(name: mailbox) }
}

@Suite("Noise in the registers")
struct GarbageTests {
    @Test(
        "costs one exchange: it ends, in bounded steps and time, and a response has the request's own vendor and type")
    func noise() throws {
        let request = try DataObject(.discovery, payload: [0, 0, 0, 0])
        var endings: [String: Int] = [:]
        for seed in 0..<3_000 as Range<UInt64> {
            let function = GarbageFunction(seed: seed, object: request.object)
            let clock = MockClock()
            let mailbox = RegisterMailbox(
                name: .simulated("noise"), function: function, capability: 0x100, obeying: .bench, clock: clock)
            let result = mailbox.exchange(Permit(mailbox: mailbox.name, request: .object(request)))
            // Busy, the response, and up to three times a left-over error cleared and an abort: a second each.
            // Draining does not wait.
            #expect(clock.slept <= 7_100_000, "seed \(seed)")
            #expect(function.accesses < 4 * (1 << 18) + 1_000, "seed \(seed)")
            // What is read is what is kept; one more names an unasked response, some more watch whether it changes.
            #expect(function.responseReads <= 1 << 18 + 500, "seed \(seed)")
            if let response = result.response { #expect(response.object == request.object, "seed \(seed)") }
            endings[result.failure?.status.rawValue ?? "response", default: 0] += 1
        }
        // The noise has to get everywhere, or this test says nothing.
        for ending in [
            "occupied", "unsent", "timeout", "device-error", "gone", "malformed-response", "refused-by-kernel",
        ] {
            #expect(endings[ending, default: 0] > 0, "no \(ending) in \(endings)")
        }
    }
}
