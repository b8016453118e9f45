import PCIConfig
import TestSupport
import Testing

@Suite("The walk through the extended capabilities")
struct ExtendedCapabilityListTests {
    @Test("finds all in the order of the chain, whatever the order of their offsets")
    func order() throws {
        var image = ConfigImage()
        image.addSerial(7, at: 0x100, next: 0x800)
        image.addCapability(0x2e, version: 2, at: 0x800, next: 0x190)
        image.addCapability(0x2e, at: 0x190, next: 0x200)
        image.addCapability(0x30, at: 0x200, next: 0)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.damage == nil)
        #expect(list.capabilities.map(\.offset) == [0x100, 0x800, 0x190, 0x200])
        #expect(list.capabilities.map(\.version) == [1, 2, 1, 1])
        #expect(list.mailboxes.map(\.offset) == [0x800, 0x190])
        #expect(list.first(.integrityAndDataEncryption)?.offset == 0x200)
    }

    @Test("passes over a placeholder and follows its link")
    func placeholder() throws {
        var image = ConfigImage()
        image.addCapability(0, version: 0, at: 0x100, next: 0x300)
        image.addCapability(0x2e, at: 0x300, next: 0)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.capabilities.map(\.offset) == [0x300])
    }

    @Test("ends at a header of zeros, which is no capability")
    func empty() throws {
        let list = try ExtendedCapabilityList(walking: ConfigImage())
        #expect(list == ExtendedCapabilityList())
    }

    @Test("stops where the chain leads back, and keeps what it found")
    func loop() throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: 0x150)
        image.addCapability(0x2e, at: 0x150, next: 0x150)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.damage == .loop(from: 0x150, to: 0x150))
        #expect(list.mailboxes.map(\.offset) == [0x150])
        #expect("\(try #require(list.damage))" == "the capability at 0x150 leads back to the one at 0x150")

        image.addCapability(0x2e, at: 0x150, next: 0x100)
        #expect(try ExtendedCapabilityList(walking: image).damage == .loop(from: 0x150, to: 0x100))
    }

    @Test("stops where a link leads below 0x100", arguments: [UInt32(0x004), 0x040, 0x0fc])
    func belowBounds(next: UInt32) throws {
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: next)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.damage == .outOfBounds(from: 0x100, to: UInt16(next)))
        #expect(list.mailboxes.count == 1)
    }

    @Test("masks the two reserved bits of a link")
    func unaligned() throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: 0x203)
        image.addCapability(0x2e, at: 0x200, next: 0x3)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.damage == nil)
        #expect(list.mailboxes.map(\.offset) == [0x200])
    }

    @Test("stops at all ones")
    func allOnes() throws {
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: 0x200)
        image[0x200] = .max
        #expect(try ExtendedCapabilityList(walking: image).damage == .allOnes(at: 0x200))
    }

    @Test("counts a DOE capability as a mailbox only where its registers fit", arguments: [0xfe8, 0xfec, 0xffc])
    func mailboxAtTheEnd(offset: Int) throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: UInt32(offset))
        image.addCapability(0x2e, at: offset, next: 0)
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.capabilities.count == 2)
        #expect(list.mailboxes.count == (offset == 0xfe8 ? 1 : 0))
    }

    @Test("counts no mailbox whose registers are another's too: a request's dword would be the other's GO")
    func overlapping() throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: 0x200)
        image.addCapability(0x2e, at: 0x200, next: 0x1f0)
        image.addCapability(0x2e, at: 0x1f0, next: 0x214)
        image.addCapability(0x2e, at: 0x214, next: 0x218)
        image.addCapability(0x2e, at: 0x218, next: 0)
        #expect(try ExtendedCapabilityList(walking: image).mailboxes.map(\.offset) == [0x200, 0x218])
        for offset in stride(from: 0x100, through: 0xffc, by: 4) {
            image.addCapability(0x2e, at: offset, next: offset == 0xffc ? 0 : UInt32(offset) + 4)
        }
        #expect(try ExtendedCapabilityList(walking: image).mailboxes.count == 0xf00 / 0x18)
    }

    @Test("comes to an end on any bytes, with every capability once and in bounds")
    func randomBytes() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            var image = ConfigImage()
            for offset in stride(from: 0x100, to: 0x1000, by: 4) { image[offset] = generator.next() }
            let list = try ExtendedCapabilityList(walking: image)
            #expect(Set(list.capabilities.map(\.offset)).count == list.capabilities.count)
            #expect(list.capabilities.allSatisfy { $0.offset >= 0x100 && $0.offset <= 0xffc && $0.offset % 4 == 0 })
        }
    }

    @Test("follows the longest chain there can be")
    func longest() throws {
        var image = ConfigImage()
        for offset in stride(from: 0x100, through: 0xffc, by: 4) {
            image.addCapability(0x0b, at: offset, next: offset == 0xffc ? 0 : UInt32(offset) + 4)
        }
        let list = try ExtendedCapabilityList(walking: image)
        #expect(list.capabilities.count == 960)
        #expect(list.damage == nil)
    }
}
