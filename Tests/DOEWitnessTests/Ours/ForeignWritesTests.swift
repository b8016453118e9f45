import DOEWords
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOEWitness

@Suite("Others' writes")
struct ForeignWritesTests {
    private static let function = Addresses.device
    private static let registers: Range<UInt16> = 0x198..<0x1a8

    private func followed() -> ForeignWrites {
        let writes = ForeignWrites()
        writes.follow(.real(Self.function, offset: 0x190))
        writes.follow(.real(Self.function, offset: 0x200))
        return writes
    }

    private func event(_ access: TracedAccess, at time: UInt64, by thread: Int32 = 467) -> TracedEvent {
        TracedEvent(time: time * 1_000 + 999, thread: thread, access: access)
    }

    private func write(at offset: UInt16, width: Int = 4) -> TracedAccess {
        .write(function: Self.function, offset: offset, width: width, value: 1)
    }

    @Test(
        "a write of any width to a register that can be written counts",
        arguments: [(0x198, 4), (0x198, 1), (0x19a, 2), (0x19c, 4), (0x1a0, 4), (0x1a4, 4), (0x1a7, 1)]
            as [(UInt16, Int)])
    func counts(offset: UInt16, width: Int) {
        let writes = followed()
        writes.note(event(write(at: offset, width: width), at: 50))
        let found = writes.first(to: Self.registers, of: Self.function, since: 50)
        #expect(found == .init(time: 50, offset: offset, thread: 467, command: nil))
        #expect(writes.first(to: Self.registers, of: Self.function, since: 51) == nil)
        #expect(writes.first(to: 0x208..<0x218, of: Self.function, since: 0) == nil)
    }

    @Test(
        "a write elsewhere does not, nor a read, nor the beginning of a write",
        arguments: [
            .write(function: function, offset: 0x194, width: 4, value: 1),
            .write(function: function, offset: 0x1a8, width: 4, value: 1),
            .write(function: Addresses.other, offset: 0x1a0, width: 4, value: 1),
            .write(function: function, offset: 0x1a0, width: 0, value: 1),
            .read(function: function, offset: 0x1a0), .procWrite(offset: 0x1a0, count: 4),
            .fileWrite(function: function, offset: 0x1a0, count: 4),
            .canary(function: function, offset: 0x1a0),
            .kernelWrite(function: function, offset: 0x10, value: 1),
        ] as [TracedAccess])
    func doesNotCount(access: TracedAccess) {
        let writes = followed()
        writes.note(event(access, at: 50))
        #expect(writes.first(to: Self.registers, of: Self.function, since: 0) == nil)
    }

    @Test("the kernel's own writes and requests count, and no thread is blamed for them")
    func kernel() {
        for access in [
            .kernelWrite(function: Self.function, offset: 0x198, value: 1),
            .kernelRequest(function: Self.function, capability: 0x190, object: .tableAccess, firstDword: nil),
        ] as [TracedAccess] {
            let writes = followed()
            writes.note(event(access, at: 50))
            let found = writes.first(to: Self.registers, of: Self.function, since: 0)
            #expect(found?.thread == nil && found?.time == 50)
        }
    }

    @Test("what a device's capability chain can say is no reason to end", arguments: [0, 0xff0, 0xfffc] as [UInt16])
    func anyCapability(offset: UInt16) {
        let writes = ForeignWrites()
        writes.follow(.real(Self.function, offset: offset))
        writes.follow(.simulated("cxl"))
        writes.note(
            event(
                .kernelRequest(
                    function: Self.function, capability: offset, object: .discovery, firstDword: 0), at: 1))
        writes.note(event(write(at: .max), at: 1))
        #expect(writes.first(to: 0..<8, of: Self.function, since: 0) == nil)
    }

    @Test(
        "the first since a time is found, in whatever order they came, as long as it is among the last of its mailbox")
    func model() {
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let writes = followed()
            var noted: [[ForeignWrites.Write]] = [[], []]
            for _ in 0..<Int.random(in: 0...300, using: &generator) {
                let which = Int.random(in: 0...1, using: &generator)
                let offset = [0x198, 0x208][which] + UInt16.random(in: 0..<16, using: &generator)
                let time = UInt64.random(in: 0...500, using: &generator)
                writes.note(event(write(at: offset, width: 1), at: time))
                noted[which].append(.init(time: time, offset: offset, thread: 467, command: nil))
            }
            for (which, registers) in [Self.registers, 0x208..<0x218].enumerated() {
                let since = UInt64.random(in: 0...500, using: &generator)
                let expected = noted[which].suffix(ForeignWrites.kept).filter { $0.time >= since }.map(\.time).min()
                let found = writes.first(to: registers, of: Self.function, since: since)
                #expect(found?.time == expected, "seed \(seed)")
                if let found { #expect(noted[which].contains(found)) }
            }
        }
    }
}
