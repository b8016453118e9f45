import DOETrace
import DOEWords
import PCIConfig
import Testing
import WitnessTestSupport

@testable import DOEWitness

/// What kernels have traced of a setpci, as if it were ours, and as if it were not.
@Suite("Captured writes")
struct CapturedWritesTests {
    private static let registers: Range<UInt16> = 0x198..<0x1a8

    private func events(_ kernel: String) throws -> [TracedEvent] {
        try Fixture(kernel, "setpci-in-one-process").events().sorted { $0.time < $1.time }
    }

    /// The dword that the write to a file at this place in the list is made of; `nil` where it is no such write.
    private func dword(of index: Int, in events: [TracedEvent]) -> (offset: UInt16, value: UInt32)? {
        guard case .fileWrite(_, _, 4) = events[index].access else { return nil }
        for event in events[index...] where event.thread == events[index].thread {
            if case .write(_, let offset, 4, let value) = event.access { return (offset, value) }
        }
        return nil
    }

    @Test("each dword that was announced is claimed, and each that was not is named", arguments: Fixture.kernels)
    func claimed(kernel: String) throws {
        let events = try events(kernel)
        let clock = TestClock(at: try #require(events.first).time - 1_000)
        let own = OwnAccesses(limit: 1_000) { clock.now }
        let watch = CollisionWatch(own: own) { thread, _, _ in "setpci[\(thread)]" }
        watch.follow(.real(Addresses.device, offset: 0x190))
        var announced = 0
        for index in events.indices {
            guard let dword = dword(of: index, in: events) else { continue }
            clock.set(to: events[index].time - 300)
            announced += 1
            own.announce(by: events[index].thread) { writes, time in
                writes.announce(
                    AnnouncedWrite(
                        time: time, function: Addresses.device, offset: dword.offset, value: dword.value))
            }
        }
        #expect(announced > 5)

        var claimed = 0
        var foreign: [TracedEvent] = []
        for event in events {
            switch event.access {
            case .write, .fileWrite: if watch.claim(event) { claimed += 1 } else { foreign.append(event) }
            // What a thread reads that announces writes is for an exchange of ours.
            case .read, .readEnded: #expect(watch.claim(event) == own.isAnnouncing(event.thread))
            default: #expect(!watch.claim(event))
            }
        }
        // Two events each; but a byte and a word were written before, which a mailbox never does.
        #expect(claimed == 2 * announced)
        #expect(foreign.count == 4)
        watch.attach {}
        let first = try #require(events.first)
        let found = watch.foreignWrite(to: Self.registers, of: Addresses.device, since: first.time / 1_000)
        #expect(found?.offset == 0x198 && found?.who == "setpci[\(first.thread)]")
        clock.set(to: try #require(events.last).time + 5_000_000_000)
        #expect(own.takeUnseen(before: clock.now) == 0)
    }

    @Test("writes that no probe has shown are a finding for the sight")
    func finding() {
        let finding = ProbeFinding.unseenOwnWrites(3, since: 7)
        #expect(finding.obstacle.problem.contains("3 of the daemon's own writes"))
        #expect(finding.extent == .partly([.write32]) && finding.unseenSince == 7 && !finding.isMended)
    }
}
