import DOEWords
import TestSupport
import Testing

@testable import DOEAssembly

/// Whatever is traced, nothing crashes, nothing grows without bounds, and no dword of a request is lost.
struct HostileAccessesTests {
    private func access(_ random: inout SeededGenerator) -> TracedAccess {
        let function = AssemblyHouse.function
        let offsets: [UInt16] = [
            0x190, 0x194, 0x198, 0x19c, 0x1a0, 0x1a0, 0x1a0, 0x1a4, 0x1a4, 0x1a8, 0x1a1, 0x19b, 0xfff,
        ]
        let (offset, value) = (random.pick(offsets), random.pick([0, 1, 1 << 31, 2, 3, 4, 0x1_10de, .max] as [UInt32]))
        let object = ObjectID(vendor: 1, type: UInt8.random(in: 0..<3, using: &random))
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return .fileWrite(function: function, offset: UInt64(offset), count: random.pick([0, 4, 8, .max]))
        case 1: return .procWrite(offset: random.pick([0, UInt64(offset), .max]), count: random.pick([0, 4, .max]))
        case 2: return .read(function: function, offset: offset)
        case 3: return .readEnded(offset: offset, value: random.pick([nil, value]), result: random.pick([0, -5]))
        case 4:
            return .kernelRequest(
                function: function, capability: random.pick([0x190, 7]), object: object, firstDword: nil)
        case 5: return .kernelResponse(object: object, firstDword: value, result: random.pick([4, .min, 0]))
        case 6: return .kernelWrite(function: function, offset: offset, value: value)
        case 7: return .canary(function: function, offset: .max)
        case 8...10: return .write(function: function, offset: offset, width: random.pick([1, 2]), value: value & 0xff)
        default: return .write(function: function, offset: offset & ~3, width: 4, value: value)
        }
    }

    @Test func anythingAtAll() {
        var random = SeededGenerator(seed: 13)
        for round in 0..<24 {
            var assembler = Assembler(showsReads: round % 2 == 0) { _ in round % 3 == 0 }
            // No capability is where the second one is; whoever says so must not end the daemon.
            _ = assembler.watch([AssemblyHouse.function: [0x190, 0xffd]])
            var (time, written, requested) = (random.pick([0, .max - 9_000_000_000] as [UInt64]), 0, 0)
            let threads = Int32(random.pick([2, 5, 5_000]))
            func count(_ observations: [AssembledObservation]) {
                for observation in observations {
                    if case .exchange(let exchange, _) = observation.what, observation.way != .kernel {
                        requested += exchange.request.count
                    }
                    #expect(observation.began <= observation.ended && observation.threads.count <= 16)
                    #expect(!observation.threads.isEmpty)
                }
            }
            for _ in 0..<5_000 {
                time = time.later(by: random.once(in: 50) ? 3_000_000_000 : 1_000_000)
                let access = access(&random)
                if case .write(_, 0x1a0, 4, _) = access { written += 1 }
                let thread = Int32.random(in: 0..<threads, using: &random)
                count(assembler.take(TracedEvent(time: time, thread: thread, access: access)))
                checkBounds(assembler)
            }
            count(assembler.finish())
            // Dwords made of bytes and words come in addition.
            #expect(requested >= written)
        }
    }

    private func checkBounds(_ assembler: Assembler) {
        let isBounded =
            assembler.files.count <= AssemblyLimits.threads && assembler.reads.count <= AssemblyLimits.threads
            && assembler.runs.count <= AssemblyLimits.runs
            && assembler.kernelExchanges.count <= AssemblyLimits.kernelExchanges
        if !isBounded { Issue.record("more is kept than may be") }
    }

    /// The worst of each kind: more threads, dwords, GOs and responses than are kept.
    @Test func roomIsLimited() {
        var house = AssemblyHouse()
        func size() -> Int { house.assembler.mailboxes[AssemblyHouse.function]?[0].processes.size ?? 0 }
        for thread in 0..<Int32(10_000) { house.bareWrite(UInt32(thread), at: 0x1a0, by: thread) }
        #expect(size() <= 2 * AssemblyLimits.pieces + 10)
        for index in 0..<Int32(6_000) { house.bareWrite(0, at: 0x1a0, by: 1 + index % 2) }
        #expect(size() <= 2 * AssemblyLimits.keptDwords)
        for _ in 0..<40 {
            house.go(by: 1)
            house.go(by: 2)
            house.read(9, at: 0x1a4, by: 3)
            house.write(0, at: 0x1a4, by: 3)
        }
        for thread in 0..<Int32(1_100) {
            house.read(5, at: 0x1a4, by: thread)
            house.happen(.procWrite(offset: 0, count: 1), by: thread)
            house.happen(.read(function: AssemblyHouse.function, offset: 0x19c), by: thread + 10_000)
            house.bareWrite(0, at: 0x1a8, by: thread + 5_000)
            house.go(by: thread + 20_000)
            house.happen(
                .kernelRequest(
                    function: AssemblyHouse.function, capability: 0x190, object: .discovery, firstDword: nil),
                by: thread + 40_000)
        }
        #expect(size() <= AssemblyLimits.keptDwords)
        checkBounds(house.assembler)
        #expect(house.assembler.files.count > 100 && house.assembler.reads.count > 100)
        let requested = house.exchanges.reduce(0) { $0 + $1.request.count }
        house.finish()
        #expect(requested <= 30_000)
        #expect(house.otherWrites.count >= 1_100)
    }

    /// Two that take turns for longer than their order is kept are still told apart.
    @Test func manyTurns() {
        var house = AssemblyHouse()
        let count = 3_000
        for index in 0..<count {
            for thread in [1, 2] as [Int32] {
                let value = index == 0 ? 0x10de : index == 1 ? UInt32(count) : 0x2_0000 | UInt32(thread)
                house.bareWrite(value, at: 0x1a0, by: thread)
            }
        }
        house.go(by: 2)
        house.go(by: 1)
        house.finish()
        #expect(house.exchanges.map(\.request.count) == [count, count])
        #expect(house.observations.map(\.threads) == [[2], [1]])
    }
}
