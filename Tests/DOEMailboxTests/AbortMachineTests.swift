import DOEMailbox
import DOESimulator
import MailboxTestSupport
import PCIConfig
import Testing

@Suite("The abort machine")
struct AbortMachineTests {
    private var machine = AbortMachine()
    private var now: UInt64 = 1_000

    private mutating func next(_ event: MailboxEvent) -> AbortMachine.Action { machine.next(event, at: now) }

    /// Plays up to the first look, which is not before 8 ms after the abort.
    private mutating func abort() {
        #expect(next(.began) == .read(.control))
        #expect(next(.value(0)) == .write(.control, 1))
        #expect(next(.done) == .wait(microseconds: 8_000))
        now += 8_000
        #expect(next(.done) == .read(.status))
    }

    @Test("believes nothing before Linux would: a half written request reads as free at once")
    mutating func firstLook() {
        abort()
        #expect(next(.value(0)) == .finish(.worked))
    }

    @Test("leaves the settings in the control register as they were")
    mutating func keepsSettings() {
        #expect(next(.began) == .read(.control))
        #expect(next(.value(0x8000_000f)) == .write(.control, 0xf))
        machine = AbortMachine(keeping: [.asyncMessageEnable])
        #expect(next(.began) == .write(.control, 0x9))
        // All ones are no settings.
        machine = AbortMachine()
        #expect(next(.began) == .read(.control))
        #expect(next(.value(.max)) == .write(.control, 1))
    }

    @Test("writes off an armed sentinel first, since not every abort does")
    mutating func disarms() {
        machine = AbortMachine(disarming: true)
        #expect(next(.began) == .read(.control))
        #expect(next(.value(0x6)) == .write(.control, 0x4))
        #expect(next(.done) == .write(.control, 0x5))
    }

    @Test("finds out that the function goes away meanwhile, without waiting for it")
    mutating func gone() {
        abort()
        #expect(next(.value(.max)) == .readIDs)
        #expect(next(.value(.max)) == .finish(.gone))
        #expect(next(.began) == .finish(.gone))
    }

    @Test("takes the kernel's word that the function has gone")
    mutating func removed() {
        _ = next(.began)
        #expect(next(.failed(ConfigSpaceError(.gone, problem: "removed"))) == .finish(.gone))
    }

    @Test("goes on looking where the status reads as all ones and the function lives")
    mutating func unreadable() {
        abort()
        #expect(next(.value(.max)) == .readIDs)
        #expect(next(.value(0x0d93_8086)) == .wait(microseconds: 8_000))
        #expect(next(.done) == .read(.status))
        #expect(next(.value(0)) == .finish(.worked))
    }

    @Test("gives up after a second of all ones from a function that lives")
    mutating func unreadableForEver() {
        _ = next(.began)
        _ = next(.value(0))
        let start = now
        var action = next(.done)
        for _ in 0..<10_000 {
            switch action {
            case .read: action = next(.value(.max))
            case .readIDs: action = next(.value(0x0d93_8086))
            case .wait(let time):
                now += time
                action = next(.done)
            case .write, .send, .take, .confirmPermit, .askWitness, .finish: break
            }
        }
        #expect(action == .finish(.failed))
        #expect(now - start == 1_000_000)
    }

    @Test("a function that goes away in the middle of an abort is told at once, and aborted when it comes back")
    func throughTheMailbox() throws {
        // The checks and the write of the abort take some accesses: wherever it goes away, nobody waits.
        for limit in 0..<2 {
            let bench = Bench { $0.accessesBeforeGone = limit }
            #expect(try bench.mailbox.abort() == .gone, "after \(limit) accesses")
            #expect(bench.clock.slept <= MailboxTiming.abortPause)
            bench.function.behaviour = Behaviour()
            #expect(try bench.exchange().response != nil)
            #expect(bench.function.counts.abortWrites > 0)
        }
    }
}
