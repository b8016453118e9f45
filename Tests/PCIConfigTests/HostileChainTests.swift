import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import PCIConfig

/// An image that counts how often it is read.
private final class CountedImage: ConfigSpace {
    private let image: ConfigImage
    private let count = Mutex(0)

    init(_ image: ConfigImage) { self.image = image }

    var reads: Int { count.withLock { $0 } }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        count.withLock { $0 += 1 }
        guard offset <= 0xffc, offset.isMultiple(of: 4) else {
            throw ConfigSpaceError(.failed, problem: "no dword of config space")
        }
        return try image.readDword(at: offset)
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        throw ConfigSpaceError(.refused, problem: "a walk writes nothing")
    }
}

@Suite("A hostile chain of capabilities")
struct HostileChainTests {
    @Test("ends, says what is wrong, and yields no mailbox that is not whole", arguments: HostileChain.catalogue)
    func one(chain: HostileChain) throws {
        var image = ConfigImage()
        chain.build(&image)
        let list = try ExtendedCapabilityList(walking: image)
        #expect((list.damage?.description ?? "none") == chain.damage)
        let mailboxes = list.mailboxes.map { $0.offset.hex(digits: 3) }
        #expect((mailboxes.isEmpty ? "none" : mailboxes.joined(separator: " ")) == chain.mailboxes)
    }

    @Test("is one row of the page, word for word")
    func page() throws {
        let rows = try DocumentTable(page: "hostile-devices.md", section: "Capabilities").rows
        #expect(rows == HostileChain.catalogue.map(\.cells))
    }

    @Test("of any 4 KiB ends after 960 reads at most, within config space, with mailboxes that share no register")
    func anyImage() throws {
        var mailboxes = 0
        for seed in 0..<500 as Range<UInt64> {
            let image = CountedImage(ConfigImage(seed: seed))
            let list = try ExtendedCapabilityList(walking: image)
            #expect(image.reads <= 0xf00 / 4, "seed \(seed)")
            expectSane(list, "seed \(seed)")
            mailboxes += list.mailboxes.count
        }
        #expect(mailboxes > 100, "the images hardly ever had a mailbox: this test says little")
    }

    @Test("behind a file of any bytes and any length is held, or refused as an error")
    func anyFile() throws {
        let tree = try MadeUpTree()
        let function = tree.host.function(try #require(FunctionAddress("0000:0d:00.0")))
        var endings: [String: Int] = [:]
        for seed in 0..<300 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let length = generator.pick([
                0, 63, 64, 256, 256, 4096, 4096, 4096, Int.random(in: 0...4096, using: &generator),
            ])
            try tree.addFunction("0000:0d:00.0", ConfigImage(seed: seed), byteCount: length)
            // Where the kernel does not know the power state, the conventional chain is walked too.
            if generator.once(in: 2) { tree.removeTree("bus/pci/devices/0000:0d:00.0/power_state") }
            do {
                let held = try function.hold()
                expectSane(held.capabilities, "seed \(seed)")
                #expect(length > 256 || held.mailboxes.isEmpty, "seed \(seed)")
                endings["held", default: 0] += 1
            } catch {
                endings[error.reason.rawValue, default: 0] += 1
            }
        }
        for ending in ["held", "short", "gone", "unavailable"] {
            #expect(endings[ending, default: 0] > 0, "no \(ending) in \(endings)")
        }
    }

    private func expectSane(_ list: ExtendedCapabilityList, _ text: Comment) {
        #expect(Set(list.capabilities.map(\.offset)).count == list.capabilities.count, text)
        #expect(list.capabilities.allSatisfy { $0.offset >= 0x100 && $0.offset <= 0xffc && $0.offset % 4 == 0 }, text)
        let mailboxes = list.mailboxes.map { Int($0.offset) }.sorted()
        #expect(mailboxes.allSatisfy { $0 + 0x18 <= 0x1000 }, text)
        #expect(zip(mailboxes, mailboxes.dropFirst()).allSatisfy { $1 - $0 >= 0x18 }, text)
    }
}

extension ConfigImage {
    /// Arbitrary bytes, which often look like capabilities, so that a walk gets somewhere.
    fileprivate init(seed: UInt64) {
        self.init()
        var generator = SeededGenerator(seed: seed)
        let isPlausible = !generator.once(in: 4)
        let conventional = [0x01, 0x05, 0x10] as [UInt32]
        for offset in stride(from: 0, to: 0x1000, by: 4) {
            self[offset] = UInt32(truncatingIfNeeded: generator.next())
            guard isPlausible else { continue }
            // A pointer to the conventional capabilities, and their headers.
            if offset == 0x04 { self[offset] |= 1 << 20 }
            if offset >= 0x40, offset < 0x100 {
                self[offset] = self[offset] & 0xffff_ff00 | generator.pick(conventional)
            }
            guard offset >= 0x100 else { continue }
            let id = generator.pick([0, 0x2e, 0x2e, 0x30, 0x03, 0x10] as [UInt16])
            let next = generator.once(in: 12) ? 0 : UInt32.random(in: 0xf8...0xfff, using: &generator)
            addCapability(id, at: offset, next: next)
        }
        if generator.once(in: 16) { self[0] = .max }
    }
}
