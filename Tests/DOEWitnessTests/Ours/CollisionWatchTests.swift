import DOEWords
import PCIConfig
import Synchronization
import Testing
import WitnessTestSupport

@testable import DOEWitness

/// The witness between the mailboxes and the trace.
@Suite("The collision watch")
struct CollisionWatchTests {
    private let clock = TestClock()
    private let function = Addresses.device
    private let registers: Range<UInt16> = 0x198..<0x1a8

    private func watch() -> CollisionWatch {
        let own = OwnAccesses(limit: 100) { [clock] in clock.now }
        let watch = CollisionWatch(own: own) { thread, time, _ in "setpci[\(thread)] at \(time)" }
        watch.follow(.real(function, offset: 0x190))
        return watch
    }

    private func write(_ value: UInt32, by thread: Int32 = TestClock.thisThread) -> TracedEvent {
        TracedEvent(
            time: clock.now, thread: thread,
            access: .write(function: function, offset: 0x1a0, width: 4, value: value))
    }

    @Test("its own writes collide with nobody, and others' do, by name")
    func tellsApart() {
        let watch = watch()
        let start = clock.now / 1_000
        let events = Mutex<[TracedEvent]>([])
        watch.attach {
            for event in events.withLock({ $0 }) { _ = watch.claim(event) }
            events.withLock { $0 = [] }
        }
        watch.willWrite([1, 3], at: 0x1a0, of: function)
        watch.willWrite(0, times: 1, at: 0x1a0, of: function)
        clock.pass(1_000)
        events.withLock { $0 = [write(1), write(3), write(0)] }
        #expect(watch.foreignWrite(to: registers, of: function, since: start) == nil)
        clock.pass(1_000_000)
        events.withLock { $0 = [write(1, by: 467)] }
        let time = clock.now / 1_000
        #expect(
            watch.foreignWrite(to: registers, of: function, since: start)
                == ForeignWrite(time: time, offset: 0x1a0, who: "setpci[467] at \(time)"))
        #expect(watch.foreignWrite(to: registers, of: function, since: time + 1) == nil)
    }

    @Test("a write of this process that no mailbox announced is foreign")
    func unannounced() {
        let watch = watch()
        watch.attach {}
        #expect(!watch.claim(write(1)))
        #expect(watch.foreignWrite(to: registers, of: function, since: 0) != nil)
    }

    @Test("what did not happen is not missed")
    func takenBack() {
        let watch = watch()
        watch.willWrite(1, times: 2, at: 0x1a0, of: function)
        watch.didNotWrite(last: 2)
        clock.pass(1_000)
        watch.willWrite(1, times: 1, at: 0x1a0, of: function)
        clock.pass(1_000_000)
        #expect(watch.own.takeUnseen(before: clock.now) == 0)
    }

    @Test("looks at the trace once a question, and not at all before it is read and after")
    func attached() {
        let watch = watch()
        _ = watch.claim(write(1, by: 467))
        #expect(watch.foreignWrite(to: registers, of: function, since: 0) == nil)
        let looks = Mutex(0)
        watch.attach { looks.withLock { $0 += 1 } }
        #expect(watch.foreignWrite(to: registers, of: function, since: 0) != nil)
        #expect(looks.withLock { $0 } == 1)
        watch.detach()
        #expect(watch.foreignWrite(to: registers, of: function, since: 0) == nil)
        #expect(looks.withLock { $0 } == 1)
    }

    @Test("the kernel is named as such")
    func kernel() {
        let watch = watch()
        watch.attach {}
        let access = TracedAccess.kernelWrite(function: function, offset: 0x1a0, value: 1)
        #expect(!watch.claim(TracedEvent(time: clock.now, thread: 9, access: access)))
        #expect(watch.foreignWrite(to: registers, of: function, since: 0)?.who == "the kernel")
    }
}
