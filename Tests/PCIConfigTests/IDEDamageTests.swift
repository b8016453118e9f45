import TestSupport
import Testing

@testable import PCIConfig

@Suite("A damaged IDE capability")
struct IDEDamageTests {
    /// An IDE capability at the end of a chain, with blocks of zeros, which are valid streams without addresses.
    private func decoded(at offset: Int, support: UInt32, next: UInt32 = 0) throws -> IDECapability {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: UInt32(offset))
        image.addIDE(at: offset, next: next, support: support, [])
        return try #require(try image.ide())
    }

    @Test("that has no room for its registers says so", arguments: [0xff8, 0xffc])
    func noRegisters(offset: Int) throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: UInt32(offset))
        image.addCapability(0x30, at: offset, next: 0)
        let ide = try #require(try image.ide())
        #expect(ide.support == nil && ide.linkStreams.isEmpty && ide.selectiveStreams.isEmpty)
        #expect(ide.damage == .pastConfigSpace(.registers, at: UInt16(offset) + 4))
    }

    @Test("is decoded to the last block that fits into config space")
    func pastTheEnd() throws {
        let links = try decoded(at: 0xfe0, support: 0xe001)
        #expect(links.linkStreams.count == 2)
        #expect(links.damage == .pastConfigSpace(.linkStream(2), at: 0xffc))
        let exact = try decoded(at: 0xfe4, support: 0xe001)
        #expect(exact.damage == .pastConfigSpace(.linkStream(2), at: 0x1000))
        let selective = try decoded(at: 0x110, support: 0x00ff_0002)
        #expect(selective.selectiveStreams.count == 190)
        #expect(selective.damage == .pastConfigSpace(.selectiveStream(190), at: 0xff4))
        #expect(
            "\(try #require(selective.damage))"
                == "selective stream 190 (0xff4) would run past the end of config space")
        #expect(try decoded(at: 0xfe0, support: 0x0002).damage == nil)
    }

    @Test("keeps a stream whose address blocks do not all fit")
    func addressesPastTheEnd() throws {
        var image = ConfigImage()
        image.addCapability(0x01, at: 0x100, next: 0xfc0)
        image.addIDE(at: 0xfc0, support: 0x0002, [[15, 1, 2, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
        let ide = try #require(try image.ide())
        #expect(ide.selectiveStreams.map(\.addresses.count) == [2])
        #expect(ide.selectiveStreams.map(\.addressBlockCount) == [15])
        #expect(ide.damage == .pastConfigSpace(.addressAssociation(2, ofStream: 0), at: 0xff8))
    }

    @Test("stops before the next capability, whichever way the chain goes")
    func overAnother() throws {
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: 0x240)
        image.addCapability(0x0b, at: 0x240, next: 0x200)
        image.addIDE(at: 0x200, support: 0x0003_0002, [])
        let ide = try #require(try image.ide())
        #expect(ide.selectiveStreams.count == 2)
        #expect(ide.damage == .overCapability(.selectiveStream(2), at: 0x234, other: 0x240))
    }

    @Test("stops at all ones, which no valid block begins with")
    func allOnes() throws {
        var image = ConfigImage()
        image.addIDE(support: .max, [])
        #expect(try image.ide()?.damage == .allOnes(.registers, at: 0x104))
        image.addIDE(support: 0x0001_0003, [[1, 2], [.max, .max, .max, .max, .max]])
        let ide = try #require(try image.ide())
        #expect((ide.linkStreams.count, ide.selectiveStreams.count) == (1, 0))
        #expect(ide.damage == .allOnes(.selectiveStream(0), at: 0x114))
    }

    @Test("never traps and never reads outside config space, whatever the bytes", arguments: 0..<4)
    func randomBytes(round: Int) throws {
        var generator = SeededGenerator(seed: UInt64(round) + 30)
        for _ in 0..<250 {
            var image = ConfigImage()
            let bytes = round.isMultiple(of: 2) ? generator.bytes(4096) : generator.tameBytes(4096)
            for offset in stride(from: 0x100, to: 0x1000, by: 4) {
                image[offset] = (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[offset + $1]) }
            }
            let place = ExtendedCapability(
                id: .integrityAndDataEncryption, version: 1,
                offset: UInt16.random(in: 0...(.max), using: &generator) & 0xffc)
            let list = round < 2 ? ExtendedCapabilityList() : try ExtendedCapabilityList(walking: image)
            let ide = try IDECapability(reading: image, at: place, among: list)
            expectInBounds(ide, from: place.offset)
        }
    }

    /// Blocks follow one another without a hole, and all that was announced is there unless damage is told.
    private func expectInBounds(_ ide: IDECapability, from offset: UInt16) {
        var expected = Int(offset) + 12
        for stream in ide.linkStreams {
            #expect(Int(stream.offset) == expected)
            expected += 8
        }
        for stream in ide.selectiveStreams {
            #expect(Int(stream.offset) == expected)
            expected += 20 + 12 * stream.addresses.count
        }
        #expect(ide.support == nil || expected <= 0x1000)
        guard ide.damage == nil else { return }
        #expect(ide.linkStreams.count == ide.support?.linkStreamCount)
        #expect(ide.selectiveStreams.count == ide.support?.selectiveStreamCount)
        #expect(ide.selectiveStreams.allSatisfy { $0.addresses.count == $0.addressBlockCount })
    }
}
