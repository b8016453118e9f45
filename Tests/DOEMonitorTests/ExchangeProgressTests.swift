import Synchronization
import Testing

@testable import DOEMonitor

@Suite("How far an exchange has come, and who answers its client")
struct ExchangeProgressTests {
    private static let stillLimit: UInt64 = 2_000_000

    private func look(_ progress: inout ExchangeProgress, at now: UInt64, lastBeat: UInt64 = 0) -> ExchangeProgress.Look
    {
        progress.look(at: now, lastBeat: lastBeat, stillLimit: Self.stillLimit)
    }

    @Test("before the device the disk has ten seconds; then the client is told once, and the device is not asked")
    func preparing() {
        var progress = ExchangeProgress(at: 100)
        #expect(look(&progress, at: 101, lastBeat: 90) == .moves(until: 10_000_100))
        #expect(look(&progress, at: 10_000_099) == .moves(until: 10_000_100))
        #expect(look(&progress, at: 10_000_100) == .standsStill(.preparing, since: 100, isToBeTold: true))
        #expect(look(&progress, at: 10_000_200) == .standsStill(.preparing, since: 100, isToBeTold: false))
        let mayEnter = progress.enterMailbox(at: 10_000_300)
        let mayAnswer = progress.answerByThread()
        #expect(!mayEnter && !mayAnswer)
        #expect(!progress.wasToldBlocked)
    }

    @Test("what it took of the device is the time from going there until being back, and nothing of the disk's")
    func deviceTime() {
        var progress = ExchangeProgress(at: 100)
        #expect(progress.deviceTime == 0)
        let mayEnter = progress.enterMailbox(at: 5_000_100)
        progress.leaveMailbox(at: 5_000_400)
        #expect(mayEnter && progress.deviceTime == 300)
        let mayAnswer = progress.answerByThread()
        #expect(mayAnswer && progress.deviceTime == 300)
        var refused = ExchangeProgress(at: 0)
        refused.leaveMailbox(at: 900)
        #expect(refused.deviceTime == 0)
    }

    @Test("at the device each step counts from the one before it, however many there are")
    func steps() {
        var progress = ExchangeProgress(at: 0)
        let mayEnter = progress.enterMailbox(at: 1_000)
        #expect(mayEnter)
        // An earlier exchange's beat is none of this one's.
        #expect(look(&progress, at: 1_000, lastBeat: 10) == .moves(until: 2_001_000))
        for beat in stride(from: UInt64(1_900_000), to: 60_000_000, by: 1_900_000) {
            #expect(look(&progress, at: beat + 1_999_999, lastBeat: beat) == .moves(until: beat + Self.stillLimit))
        }
        #expect(
            look(&progress, at: 70_000_000, lastBeat: 60_000_000)
                == .standsStill(.atMailbox, since: 60_000_000, isToBeTold: true))
        progress.leaveMailbox(at: 70_000_001)
        let mayAnswer = progress.answerByThread()
        #expect(progress.wasToldBlocked && !mayAnswer)
    }

    @Test("after the device the disk has ten seconds again; what the thread has answered stays its own")
    func finishing() {
        var progress = ExchangeProgress(at: 0)
        _ = progress.enterMailbox(at: 0)
        progress.leaveMailbox(at: 500)
        #expect(look(&progress, at: 9_000_000) == .moves(until: 10_000_500))
        let mayAnswer = progress.answerByThread()
        #expect(mayAnswer)
        #expect(look(&progress, at: 10_000_500) == .standsStill(.finishing, since: 500, isToBeTold: false))
        let stillMayAnswer = progress.answerByThread()
        #expect(!progress.wasToldBlocked && stillMayAnswer)
    }

    @Test("of two threads exactly one answers, whichever comes first")
    func race() async {
        for _ in 0..<2_000 {
            let shared = Shared()
            let told = Task.detached { shared.tell() }
            let answered = Task.detached { shared.answer() }
            let both = await (told.value, answered.value)
            #expect(both.0 != both.1)
        }
    }

    private final class Shared: Sendable {
        private let progress = Mutex(ExchangeProgress(at: 0))

        func tell() -> Bool {
            progress.withLock { $0.look(at: 99_000_000, lastBeat: 0, stillLimit: 1) }
                == .standsStill(.preparing, since: 0, isToBeTold: true)
        }

        func answer() -> Bool { progress.withLock { $0.answerByThread() } }
    }
}
