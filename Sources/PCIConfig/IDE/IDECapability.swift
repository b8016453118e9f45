/// The IDE extended capability of a function, with all its streams (PCIe r6.0 7.9.26).
///
/// Integrity and Data Encryption protects the packets of a PCIe link. This only reads: plain config space, no
/// mailbox. Checked against Linux (`PCI_IDE_*`), pciutils, an IDE model for QEMU and Intel's TEE-IO validator. Linux
/// gives up on a function whose selective streams differ in their number of address associations; here each block is
/// taken at its own word, as the specification and pciutils do.
public struct IDECapability: Hashable, Sendable {
    /// Where it starts in config space, in bytes.
    public let offset: UInt16
    /// Its version.
    public let version: UInt8
    /// What the function can do; `nil` where even that could not be read.
    public let support: IDESupport?
    /// Whether it passes on selective streams of others now (PCIe r6.0 7.9.26.3).
    public let isFlowThroughEnabled: Bool
    /// Its link streams, as many as could be decoded.
    public let linkStreams: [IDELinkStream]
    /// Its selective streams, as many as could be decoded.
    public let selectiveStreams: [IDESelectiveStream]
    /// Why decoding ended early; `nil` where all was decoded.
    public let damage: IDEDamage?

    /// Decodes one, as far as it lies in config space and not over another capability of the list.
    ///
    /// Never more reads than config space has dwords.
    package init(
        reading space: some ConfigSpace, at capability: ExtendedCapability, among list: ExtendedCapabilityList
    ) throws(ConfigSpaceError) {
        var reader = IDEBlockReader(space, behind: capability, among: list)
        let registers = try reader.take(2, .registers)
        let support = registers.map { IDESupport(rawValue: $0[0]) }
        offset = capability.offset
        version = capability.version
        self.support = support
        isFlowThroughEnabled = registers?[1].bit(2) ?? false
        linkStreams = try Self.linkStreams(support?.linkStreamCount ?? 0, &reader)
        selectiveStreams = try Self.selectiveStreams(support?.selectiveStreamCount ?? 0, &reader)
        damage = reader.damage
    }

    private static func linkStreams<Space>(
        _ count: Int, _ reader: inout IDEBlockReader<Space>
    ) throws(ConfigSpaceError) -> [IDELinkStream] {
        var streams: [IDELinkStream] = []
        for index in 0..<count {
            let offset = reader.offset
            guard let dwords = try reader.take(IDELinkStream.dwordCount, .linkStream(index)) else { break }
            streams.append(IDELinkStream(at: offset, dwords))
        }
        return streams
    }

    private static func selectiveStreams<Space>(
        _ count: Int, _ reader: inout IDEBlockReader<Space>
    ) throws(ConfigSpaceError) -> [IDESelectiveStream] {
        var streams: [IDESelectiveStream] = []
        for index in 0..<count {
            let offset = reader.offset
            let fixed = try reader.take(IDESelectiveStream.fixedDwordCount, .selectiveStream(index))
            guard let fixed else { break }
            var stream = IDESelectiveStream(at: offset, fixed)
            for block in 0..<stream.addressBlockCount {
                let place = IDEBlock.addressAssociation(block, ofStream: index)
                guard let dwords = try reader.take(IDEAddressAssociation.dwordCount, place) else { break }
                stream.addresses.append(IDEAddressAssociation(dwords))
            }
            streams.append(stream)
        }
        return streams
    }
}
