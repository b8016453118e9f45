import DOEWords
import Synchronization
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOEWitness

/// The daemon's own writes, told from others' by what was announced.
@Suite("Own accesses")
struct OwnAccessesTests {
    private let clock = TestClock()
    private let function = Addresses.device
    private let other = Addresses.other
    private let thread: Int32 = 100

    private func accesses(limit: Int = 1_000) -> OwnAccesses {
        OwnAccesses(limit: limit) { [clock] in clock.now }
    }

    private func announce(_ values: [UInt32], at offset: UInt16 = 0x1a0, by thread: Int32? = nil, to own: OwnAccesses) {
        own.announce(by: thread ?? self.thread) { writes, time in
            for value in values {
                writes.announce(AnnouncedWrite(time: time, function: function, offset: offset, value: value))
            }
        }
    }

    private func write(
        _ value: UInt32, at offset: UInt16 = 0x1a0, of function: FunctionAddress? = nil, by thread: Int32? = nil,
        width: Int = 4
    ) -> TracedEvent {
        TracedEvent(
            time: clock.now, thread: thread ?? self.thread,
            access: .write(function: function ?? self.function, offset: offset, width: width, value: value))
    }

    private func fileWrite(at offset: UInt64 = 0x1a0, count: UInt64 = 4) -> TracedEvent {
        TracedEvent(
            time: clock.now, thread: thread, access: .fileWrite(function: function, offset: offset, count: count))
    }

    @Test("claims what was announced, once, with the write to the file that it is made by")
    func once() {
        let own = accesses()
        announce([1, 3, 0], to: own)
        for value in [1, 3, 0] as [UInt32] {
            clock.pass(1_000)
            let (file, dword) = (fileWrite(), write(value))
            #expect(own.claim(file))
            #expect(own.claim(dword))
            #expect(!own.claim(dword))
        }
        #expect(!own.claim(fileWrite()))
    }

    @Test("does not claim another value, place, function, width, thread or time")
    func differs() {
        let own = accesses()
        #expect(!own.claim(write(1)))
        clock.pass(1_000_000)
        let before = write(1)
        clock.pass(1_000_000)
        announce([1], to: own)
        clock.pass(1_000)
        #expect(!own.claim(write(2)))
        #expect(!own.claim(write(1, at: 0x1a4)))
        #expect(!own.claim(write(1, of: other)))
        #expect(!own.claim(write(1, width: 2)))
        #expect(!own.claim(write(1, by: 101)))
        #expect(!own.claim(before))
        #expect(!own.claim(fileWrite(at: 0x1a4)))
        #expect(!own.claim(fileWrite(count: 8)))
        #expect(!own.claim(fileWrite(at: 0x1_01a0)))
        #expect(own.claim(write(1)))
        #expect(own.counts == OwnAccesses.Counts())
    }

    @Test(
        "never claims what no mailbox of ours does",
        arguments: [
            .procWrite(offset: 0x1a0, count: 4), .read(function: Addresses.device, offset: 0x1a0),
            .kernelWrite(function: Addresses.device, offset: 0x1a0, value: 1),
        ] as [TracedAccess])
    func others(access: TracedAccess) {
        let own = accesses()
        announce([1], to: own)
        #expect(!own.claim(TracedEvent(time: clock.now, thread: thread, access: access)))
    }

    @Test("a write that is not announced is foreign although the same one was before it, or comes after it")
    func unannounced() {
        let own = accesses()
        announce([0], at: 0x1a4, to: own)
        clock.pass(1_000)
        #expect(own.claim(write(0, at: 0x1a4)))
        clock.pass(50_000)
        let unannounced = write(0, at: 0x1a4)
        clock.pass(50_000)
        announce([0], at: 0x1a4, to: own)
        clock.pass(1_000)
        let announced = write(0, at: 0x1a4)
        #expect(!own.claim(unannounced))
        #expect(own.claim(announced))
    }

    @Test("what was announced and never shown answers for nothing that comes later")
    func lostOnes() {
        let own = accesses()
        announce([1], to: own)
        clock.pass(1_000_000)
        announce([2], to: own)
        clock.pass(1_000_000)
        #expect(!own.claim(write(1)))
        #expect(own.claim(write(2)))
    }

    @Test("two readings of the clock may differ a little, at either end")
    func tolerance() {
        let own = accesses()
        let early = write(1)
        clock.pass(20_000)
        announce([1, 2], to: own)
        clock.pass(1_000_000)
        announce([3], to: own)
        clock.pass(20_000)
        #expect(own.claim(early))
        #expect(own.claim(write(2)))
        #expect(own.claim(write(3)))
    }

    @Test("writes that were refused are in nobody's way, and nobody misses them")
    func refused() {
        let own = accesses()
        for value in 0..<50 as Range<UInt32> {
            announce([value, 7], to: own)
            clock.pass(1_000)
            // The kernel shows the attempt, and no write.
            #expect(own.claim(fileWrite()))
            own.takeBack(last: 2, by: thread)
            #expect(!own.claim(write(7)))
            clock.pass(100_000)
        }
        announce([7], to: own)
        clock.pass(1_000)
        #expect(own.claim(write(7)))
        clock.pass(10_000_000_000)
        #expect(own.takeUnseen(before: clock.now - 2_000_000_000) == 0)
    }

    @Test("counts each write that no probe has shown, once, and not the one that may be under way")
    func unseen() {
        let own = accesses()
        announce([1, 2, 3], to: own)
        clock.pass(1_000)
        #expect(own.claim(write(2)))
        clock.pass(1_000_000)
        announce([4], to: own)
        clock.pass(5_000_000_000)
        #expect(own.takeUnseen(before: clock.now) == 2)
        #expect(own.takeUnseen(before: clock.now) == 0)
        #expect(own.counts.unseen == 2)
        // The last one comes late, out of a kernel that was slow.
        #expect(own.claim(write(4)))
        announce([5], to: own)
        clock.pass(5_000_000_000)
        announce([6], to: own)
        #expect(own.takeUnseen(before: clock.now, counting: false) == 1)
        #expect(own.counts.unseen == 2)
    }

    @Test("takes for ours what it had to forget, says so, and never more than it forgot")
    func forgotten() {
        let own = accesses(limit: 8)
        var events: [TracedEvent] = []
        for value in 0..<20 as Range<UInt32> {
            announce([value], to: own)
            clock.pass(1_000)
            events.append(write(value))
            clock.pass(100_000)
        }
        let foreign = write(99)
        for event in events.reversed() { #expect(own.claim(event)) }
        #expect(own.counts.unproven == 12)
        #expect(!own.claim(foreign))
        for event in events { #expect(!own.claim(event)) }
    }

    @Test("forgets nothing that matters when what is oldest is settled")
    func settled() {
        let own = accesses(limit: 8)
        for value in 0..<100 as Range<UInt32> {
            announce([value], to: own)
            clock.pass(1_000)
            #expect(own.claim(write(value)))
            clock.pass(1_000)
        }
        #expect(own.counts == OwnAccesses.Counts())
    }

    @Test("the calling thread announces under its own number")
    func thisThread() {
        let own = accesses()
        own.announce(0, times: 3, at: 0x1a4, of: function)
        own.announce([5], at: 0x1a0, of: function)
        own.takeBack(last: 1)
        clock.pass(1_000)
        #expect(!own.claim(write(5)))
        for _ in 0..<3 { #expect(own.claim(write(0, at: 0x1a4, by: TestClock.thisThread))) }
        #expect(!own.claim(write(0, at: 0x1a4, by: TestClock.thisThread)))
    }

    @Test("what was announced while nobody looked is not missed, and an event of it is ours all the same")
    func excused() {
        let own = OwnAccesses(limit: 100) { [clock] in clock.now }
        own.announce(7, times: 2, at: 0x1a0, of: Addresses.device)
        let time = clock.now + 1
        own.excuse()
        clock.pass(1_000)
        own.announce(9, times: 1, at: 0x198, of: Addresses.device)
        clock.pass(10_000_000_000)
        let seen = TracedEvent(
            time: time, thread: TestClock.thisThread,
            access: .write(function: Addresses.device, offset: 0x1a0, width: 4, value: 7))
        #expect(own.claim(seen) && own.claim(seen) && !own.claim(seen))
        own.announce(1, times: 1, at: 0x198, of: Addresses.device)
        // Only what came after it: nobody has shown the 9.
        #expect(own.takeUnseen(before: clock.now - 5) == 1)
    }
}
