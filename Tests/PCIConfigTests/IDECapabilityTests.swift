import DOEWords
import TestSupport
import Testing

@testable import PCIConfig

@Suite("The IDE capability")
struct IDECapabilityTests {
    @Test("of the device that pciutils publishes as a test is decoded as lspci prints it")
    func published() throws {
        // 830: 30 00 01 e0 42 e0 00 01 00 00 00 00 01 00 00 00, then zeros; the next capability is at e00.
        var image = ConfigImage()
        image.addCapability(0x1b, at: 0x100, next: 0x830)
        image.addIDE(at: 0x830, next: 0xe00, support: 0x0100_e042, [[1, 0, 0, 0, 0], [0, 0, 0]])
        image.addCapability(0x2e, version: 2, at: 0xe00, next: 0)
        let ide = try #require(try image.ide())
        #expect((ide.offset, ide.version, ide.isFlowThroughEnabled) == (0x830, 1, false))
        let support = try #require(ide.support)
        // Lnk=0 Sel=1 FlowThru- PartHdr- Aggr- PCPC- IDE_KM+ Alg='AES-GCM-256-96b' TCs=8 TeeLim+
        #expect((support.linkStreamCount, support.selectiveStreamCount) == (0, 1))
        #expect(support.keyManagement && support.teeLimited && support.algorithm == .aesGCM256)
        #expect(![support.flowThrough, support.partialHeaderEncryption, support.aggregation].contains(true))
        #expect(![support.plaintextCRC, support.configRequests, support.xtMode, support.linkStreams].contains(true))
        let stream = try #require(ide.selectiveStreams.first)
        #expect((ide.selectiveStreams.count, stream.offset, stream.addressBlockCount) == (1, 0x83c, 1))
        #expect(!stream.control.isEnabled && stream.status.state == .insecure && !stream.status.receivedFailMessage)
        #expect((stream.requesters.isValid, stream.requesters.base, stream.requesters.limit) == (false, 0, 0))
        // lspci printed a limit of 0 then; the specification implies the lowest 20 bits as ones.
        #expect(stream.addresses.map(\.limit) == [0xf_ffff])
        #expect(ide.damage == nil)
    }

    @Test("has each bit of its capability register in its place")
    func support() {
        let readings: [(Int, (IDESupport) -> Bool)] = [
            (0, \.linkStreams), (1, \.selectiveStreams), (2, \.flowThrough), (3, \.partialHeaderEncryption),
            (4, \.aggregation), (5, \.plaintextCRC), (6, \.keyManagement), (7, \.configRequests), (24, \.teeLimited),
            (25, \.xtMode),
        ]
        for bit in 0..<32 {
            for (place, reading) in readings { #expect(reading(IDESupport(rawValue: 1 << bit)) == (bit == place)) }
        }
        #expect(IDESupport(rawValue: 0x1f00).algorithm.description == "reserved 31")
        #expect(IDESupport(rawValue: 0x00ff_e000).linkStreamCount == 0)
        #expect(IDESupport(rawValue: 0x00ff_e000).selectiveStreamCount == 0)
        #expect(IDESupport(rawValue: 0x0000_e001).linkStreamCount == 8)
        #expect(IDESupport(rawValue: 0x00ff_0002).selectiveStreamCount == 256)
    }

    @Test("has each bit of a stream's control register in its place")
    func control() {
        let flags: [(Int, (IDESelectiveStream) -> Bool)] = [
            (0, \.control.isEnabled), (1, \.control.isXTEnabled), (8, \.control.isPlaintextCRCEnabled),
            (9, \.carriesConfigRequests), (22, \.isDefault), (23, \.isTEELimited),
        ]
        for bit in 0..<32 {
            let stream = IDESelectiveStream(at: 0x10c, [0, 1 << UInt32(bit), 0, 0, 0])
            for (place, reading) in flags { #expect(reading(stream) == (bit == place)) }
        }
        let control = IDEStreamControl(rawValue: 0xa5 << 24 | 5 << 19 | 0x15 << 14 | 3 << 10 | 1 << 6 | 2 << 4 | 3 << 2)
        #expect((control.streamID, control.trafficClass, control.algorithm.rawValue) == (0xa5, 5, 0x15))
        #expect((control.headerEncryption.description, control.aggregation.description) == ("33:2", "8/4/2"))
        let modes = (0..<6).map { IDEHeaderEncryption(rawValue: $0).description }
        #expect(modes == ["none", "17:2", "25:2", "33:2", "41:2", "reserved 5"])
    }

    @Test("calls a stream secure at 2 alone", arguments: UInt32(0)...15)
    func states(bits: UInt32) {
        let status = IDEStreamStatus(rawValue: bits | 0x7fff_fff0)
        #expect((status.state == .secure) == (bits == 2))
        #expect((status.state == .insecure) == (bits == 0))
        #expect(!status.receivedFailMessage && IDEStreamStatus(rawValue: 1 << 31).receivedFailMessage)
    }

    @Test("finds selective streams of different sizes behind the link streams")
    func layout() throws {
        var image = ConfigImage()
        // Two link streams (TCs 1) and three selective ones with 0, 2 and 1 address blocks.
        image.addIDE(
            support: 1 << 0 | 1 << 1 | 1 << 13 | 2 << 16, control: 1 << 2,
            [
                [0x0100_0001, 2], [0x0208_0001, 0x8000_0000],
                [0, 0x0300_0001, 2, 0x0d_ff00, 0x0d_0001],
                [2, 0x0440_0001, 2, 0, 0], [0xfff0_0001, 0x20, 0x20], [0x0120_0300, 0, 0],
                [1, 0, 0, 0x00ff_ff00, 0x0112_3401], [0x0000_0001, 0, 0],
            ])
        let ide = try #require(try image.ide())
        #expect(ide.damage == nil && ide.isFlowThroughEnabled)
        #expect(ide.linkStreams.map(\.offset) == [0x10c, 0x114])
        #expect(ide.linkStreams.map(\.control.streamID) == [1, 2])
        #expect(ide.linkStreams.map(\.control.trafficClass) == [0, 1])
        #expect(ide.linkStreams.map(\.isEnabledButNotSecure) == [false, true])
        #expect(ide.selectiveStreams.map(\.offset) == [0x11c, 0x130, 0x15c])
        #expect(ide.selectiveStreams.map(\.addresses.count) == [0, 2, 1])
        #expect(ide.selectiveStreams.map(\.isDefault) == [false, true, false])
        #expect(
            ide.selectiveStreams.map(\.requesters.description)
                == ["0d:00.0-0d:1f.7", "none", "segment 01 12:06.4-ff:1f.7"])
        #expect(
            ide.selectiveStreams[1].addresses.map(\.description) == ["0x2000000000-0x20ffffffff", "none"])
        #expect(ide.selectiveStreams[1].addresses[1].base == 0x0030_0000)
        #expect(ide.selectiveStreams[1].addresses[1].limit == 0x012f_ffff)
        #expect(ide.selectiveStreams[2].addresses.map(\.description) == ["0x0-0xfffff"])
    }

    @Test("names requesters as lspci does")
    func requesters() {
        #expect(IDERequesterAssociation(first: 0x0d_ff00, second: 0x0d_0001).description == "0d:00.0-0d:1f.7")
        #expect(IDERequesterAssociation(first: 0x0d_0900, second: 0x0d_0901).description == "0d:01.1")
        #expect(IDERequesterAssociation(first: 0x0d_0900, second: 0x0d_0900).description == "none")
        #expect(
            IDERequesterAssociation(first: 0xff_ff00, second: 0x1200_0001).description
                == "segment 12 00:00.0-ff:1f.7")
    }

    @Test("a range whose end lies below its start is told, unless it does not count")
    func reversed() {
        let backwards = IDEAddressAssociation([0x0010_0201, 0, 5])
        #expect(backwards.description == "0x500200000-0x1fffff" && backwards.isReversed)
        #expect(!IDEAddressAssociation([0x0010_0200, 0, 5]).isReversed)
        // One megabyte begins and ends in the same register field.
        #expect(!IDEAddressAssociation([0x0020_0201, 5, 5]).isReversed)
        #expect(IDERequesterAssociation(first: 0x0c_ff00, second: 0x0d_0001).isReversed)
        #expect(!IDERequesterAssociation(first: 0x0c_ff00, second: 0x0d_0000).isReversed)
        #expect(!IDERequesterAssociation(first: 0x0d_0000, second: 0x0d_0001).isReversed)
    }
}
