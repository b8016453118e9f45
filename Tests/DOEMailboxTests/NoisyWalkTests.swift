import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Synchronization
import TestSupport
import Testing

@testable import DOEPolicy

/// Discovery and CDAT as the tool walks them, over a mailbox whose device answers what comes to its mind.
@Suite("A walk over a device that answers noise")
struct NoisyWalkTests {
    /// Answers in the right form, mostly, with numbers by a seed.
    private final class Noise: Sendable {
        private let generator: Mutex<SeededGenerator>

        init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

        var function: SimulatedFunction {
            SimulatedFunction(
                SimulatedDevice(
                    device: PCIDeviceID(vendor: 0x10de, device: 1), classCode: 0x030200, serialNumber: nil),
                handlers: [
                    .discovery: { [self] in try? entry(after: $0) },
                    .tableAccess: { [self] in try? structure(for: $0) },
                ])
        }

        private func entry(after request: DataObject) throws -> DataObject {
            try generator.withLock { generator in
                if generator.once(in: 200) { return try DataObject(.discovery, payload: generator.tameBytes(20)) }
                let next = generator.once(in: 100) ? generator.bytes(1)[0] : UInt8(request.dword(2) & 0xff) &+ 1
                return try DataObject(.discovery, payload: generator.tameBytes(3) + [next])
            }
        }

        private func structure(for request: DataObject) throws -> DataObject {
            try generator.withLock { generator in
                let handle =
                    generator.once(in: 300)
                    ? generator.bytes(2) : (UInt16(request.dword(2) >> 16) &+ 1).littleEndianBytes
                let isFirst = request.dword(2) >> 16 == 0
                let length = UInt32(16 + 4 * Int.random(in: 0...16_500, using: &generator)).littleEndianBytes
                let entry = isFirst ? length + generator.bytes(12) : [9, 0, 8, 0] + generator.bytes(4)
                return try DataObject(.tableAccess, payload: [0, 0] + handle + entry)
            }
        }
    }

    private func ask(_ mailbox: RegisterMailbox, _ request: DataObject) -> DataObject? {
        mailbox.exchange(Permit(mailbox: mailbox.name, request: .object(request))).response
    }

    @Test("discovery ends after 256 exchanges at most, with as many objects")
    func discovery() throws {
        var longest = 0
        for seed in 0..<150 as Range<UInt64> {
            let bench = Bench(Noise(seed: seed).function)
            var walk = DiscoveryWalk(version: 2)
            var exchanges = 0
            while case .ask(let request) = walk.next, let response = ask(bench.mailbox, request) {
                exchanges += 1
                try #require(exchanges <= 256, "seed \(seed)")
                do { try walk.take(response) } catch { break }
            }
            if case .done(let objects) = walk.next { #expect(objects.count == exchanges, "seed \(seed)") }
            longest = max(longest, exchanges)
        }
        #expect(longest > 200, "no walk got far: this test says little")
    }

    @Test("a CDAT ends with its own length, 64 KiB at most")
    func table() throws {
        var longest = 0
        for seed in 0..<12 as Range<UInt64> {
            let bench = Bench(Noise(seed: seed).function)
            var reader = CDATReader()
            var exchanges = 0
            while case .ask(let request) = reader.next, let response = ask(bench.mailbox, request) {
                exchanges += 1
                try #require(exchanges <= CDATReader.defaultLimit / 4, "seed \(seed)")
                do { try reader.take(response) } catch { break }
            }
            if case .done(let table) = reader.next {
                #expect(table.count <= CDATReader.defaultLimit, "seed \(seed)")
            }
            longest = max(longest, exchanges)
        }
        #expect(longest > 500, "no walk got far: this test says little")
    }
}
