import DOEWords
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOEWitness

/// Random schedules of several threads, in which it is known of each event whose it is: the naive model is the schedule.
@Suite("Own accesses against random schedules")
struct OwnAccessesModelTests {
    /// An event, and the truth about it.
    private struct Shown {
        let event: TracedEvent
        let isOurs: Bool
    }

    /// What happened, as it really was.
    private struct Schedule {
        var shown: [Shown] = []
        /// Announced, written, and never shown.
        var lost = 0
    }

    private static let function = Addresses.device
    private static let threads: [Int32] = [11, 12, 13]

    @Test("claims each write of ours, nobody else's, and counts those that were never shown")
    func schedules() {
        for seed in 0..<400 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let clock = TestClock()
            let own = OwnAccesses(limit: 100_000) { clock.now }
            var schedule = Schedule()
            // Where an event was lost, another one of the same value at the same time is as good.
            let losesSome = seed.isMultiple(of: 2)
            for _ in 0..<60 { step(own, clock, losesSome, &schedule, &generator) }
            clock.pass(1_000_000)
            for thread in Self.threads { finish(own, thread, clock) }

            // Processor after processor, each in its own order.
            for shown in Self.asRead(schedule.shown, &generator) {
                #expect(own.claim(shown.event) == shown.isOurs, "seed \(seed): \(shown)")
            }
            for shown in schedule.shown where !losesSome { #expect(!own.claim(shown.event), "seed \(seed): twice") }
            #expect(own.takeUnseen(before: clock.now - 500_000) == UInt64(schedule.lost), "seed \(seed)")
            #expect(own.counts.unproven == 0)
        }
    }

    /// One batch of a thread of ours, or something foreign.
    private func step(
        _ own: OwnAccesses, _ clock: TestClock, _ losesSome: Bool, _ schedule: inout Schedule,
        _ generator: inout SeededGenerator
    ) {
        clock.pass(UInt64.random(in: 1_000...200_000, using: &generator))
        let thread = generator.pick(Self.threads)
        let offset = generator.pick([0x198, 0x1a0, 0x1a4] as [UInt16])
        // Few values, so that many writes look alike.
        let values = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
            UInt32.random(in: 0...2, using: &generator)
        }
        guard !generator.once(in: 5) else {
            // Somebody else's thread, or a number that nobody announced.
            let stranger: Int32 = generator.once(in: 2) ? 99 : thread
            let value: UInt32 = stranger == 99 ? values[0] : 77
            schedule.shown.append(Shown(event: Self.write(value, offset, stranger, clock.now), isOurs: false))
            return
        }
        own.announce(by: thread) { writes, time in
            for value in values {
                writes.announce(AnnouncedWrite(time: time, function: Self.function, offset: offset, value: value))
            }
        }
        let done = generator.once(in: 6) ? Int.random(in: 0..<values.count, using: &generator) : values.count
        for value in values[..<done] {
            clock.pass(UInt64.random(in: 500...3_000, using: &generator))
            if losesSome, generator.once(in: 12) {
                schedule.lost += 1
            } else {
                schedule.shown.append(Shown(event: Self.write(value, offset, thread, clock.now), isOurs: true))
            }
        }
        clock.pass(500)
        if done < values.count { own.takeBack(last: values.count - done, by: thread) }
    }

    /// What a thread announces last may be under way: one more, which is claimed at once.
    private func finish(_ own: OwnAccesses, _ thread: Int32, _ clock: TestClock) {
        own.announce(by: thread) { writes, time in
            writes.announce(AnnouncedWrite(time: time, function: Self.function, offset: 0x198, value: 5))
        }
        clock.pass(600)
        #expect(own.claim(Self.write(5, 0x198, thread, clock.now)))
    }

    private static func write(_ value: UInt32, _ offset: UInt16, _ thread: Int32, _ time: UInt64) -> TracedEvent {
        TracedEvent(
            time: time, thread: thread, access: .write(function: function, offset: offset, width: 4, value: value))
    }

    private static func asRead(_ shown: [Shown], _ generator: inout SeededGenerator) -> [Shown] {
        var processors: [[Shown]] = [[], []]
        for one in shown { processors[Int.random(in: 0...1, using: &generator)].append(one) }
        return processors[0] + processors[1]
    }
}
