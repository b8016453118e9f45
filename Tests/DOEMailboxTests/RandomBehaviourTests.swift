import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import TestSupport
import Testing

/// Every knob of the simulator in combinations that nobody thought of.
@Suite("Hostile in many ways at once")
struct RandomBehaviourTests {
    @Test("a device costs its exchanges, each bounded, and works again once it behaves")
    func anyCombination() throws {
        var endings: [String: Int] = [:]
        for seed in 0..<1_500 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let bench = Bench()
            for _ in 0..<3 {
                bench.function.behaviour = Self.behaviour(using: &generator, after: bench.function.counts)
                if generator.once(in: 8) { try Self.leaveSomething(in: bench.function, using: &generator) }
                let ending = try exchange(with: bench, using: &generator, seed: seed)
                endings[ending, default: 0] += 1
            }
            bench.function.behaviour = Behaviour()
            try expectRecovery(of: bench, seed: seed)
        }
        // Every outcome that a device's registers can have has to come up, or this test says nothing.
        let others: [ExchangeFailure.Status] = [.unavailable, .refusedByPeer, .unsupported, .forgotten]
        let failures = ExchangeFailure.Status.allCases.filter { !others.contains($0) }.map(\.rawValue)
        for ending in failures + ["response"] { #expect(endings[ending, default: 0] > 0, "no \(ending) in \(endings)") }
    }

    private func exchange(
        with bench: Bench, using generator: inout SeededGenerator, seed: UInt64
    ) throws -> String {
        let payload = generator.bytes(4 * Int.random(in: 0...40, using: &generator))
        let start = bench.clock.slept
        let before = bench.function.counts
        let result = try bench.exchange(payload: payload)
        let counts = bench.function.counts
        // Busy, stillness and an abort before; busy, a left-over error, the response and an abort in the exchange itself.
        #expect(bench.clock.slept - start <= 7_100_000, "seed \(seed)")
        #expect(counts.responseReads - before.responseReads <= 1 << 18 + 1_000, "seed \(seed)")
        if let response = result.response {
            #expect(response.object == SimulatedFunction.vendorEcho, "seed \(seed)")
            // Lies about the length are found out, unless the device's ready bit goes along with them.
            let behaviour = bench.function.behaviour
            if behaviour.announcedLength == nil && behaviour.lengthOffset == 0 {
                #expect(response.payload.elementsEqual(payload), "seed \(seed)")
            }
        }
        if generator.once(in: 2) { bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter) }
        return result.failure?.status.rawValue ?? "response"
    }

    /// What somebody else left may keep it for two seconds; nothing may keep it longer.
    private func expectRecovery(of bench: Bench, seed: UInt64) throws {
        if try bench.exchange().response == nil {
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
            #expect(try bench.exchange().response != nil, "seed \(seed)")
        }
        try bench.expectWorking()
        #expect(bench.function.counts.malformed == 0, "seed \(seed): a request was glued to the rest of another")
    }

    private static func leaveSomething(
        in function: SimulatedFunction, using generator: inout SeededGenerator
    ) throws {
        if generator.once(in: 2) { return function.leaveError() }
        function.leaveResponse(try DataObject(SimulatedFunction.vendorEcho, payload: generator.bytes(8)))
    }

    private static func behaviour(
        using generator: inout SeededGenerator, after counts: SimulatorCounts
    ) -> Behaviour {
        var behaviour = Behaviour()
        let turns: [@Sendable (inout Behaviour, Int) -> Void] = [
            { $0.isSwapped = $1 > 50 },
            { $0.isSwappedAfterGo = $1 > 50 },
            { $0.accessesBeforeGone = counts.reads + counts.writes + $1 },
            { $0.writesBeforeRefusal = counts.writes + $1 },
            { $0.isBusyForEver = $1 > 50 },
            { $0.isErrorForEver = $1 > 50 },
            { $0.isReadyForEver = $1 > 50 },
            { behaviour, _ in behaviour.failsWhileWritten = true },
            { behaviour, _ in behaviour.isReadyWhileWritten = true },
            { behaviour, _ in behaviour.isBusyWhileWritten = true },
            { behaviour, _ in behaviour.failsAtGo = true },
            { $0.dwordsBeforeEmptied = $1 % 50 },
            { $0.emptyings = counts.emptied + $1 % 3 },
            { $0.emptyingHolds = UInt64($1) * 1_000 },
            { behaviour, _ in (behaviour.supportsInterrupts, behaviour.raisesInterrupts) = (true, false) },
            { $0.emptyingClearsControl = $1 > 50 },
            { $0.executesWhatIsLeft = $1 > 50 },
            { $0.foreignWrites = counts.questions..<counts.questions + $1 % 4 },
            { $0.looksBeforeReady = $1 },
            { $0.looksBeforeError = $1 },
            { behaviour, _ in behaviour.isBusyWhileWorking = true },
            { behaviour, _ in behaviour.neverReady = true },
            { $0.allOnesLooks = $1 },
            { $0.responseObject = ObjectID(vendor: 0x10de, type: UInt8($1 & 3)) },
            { $0.announcedLength = UInt32($1 & 0x1f) },
            { $0.lengthOffset = $1 - 50 },
            { $0.dwordsBeforeError = $1 },
            { $0.looksReadyAfterLast = $1 },
            // Costs 2^18 dwords, so not too often.
            { $0.neverEnds = $1 == 0 },
            { behaviour, _ in behaviour.abortFails = true },
        ]
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            generator.pick(turns)(&behaviour, Int.random(in: 0...100, using: &generator))
        }
        return behaviour
    }
}
