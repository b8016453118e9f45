/// What a function can do about IDE: its IDE capability register (PCIe r6.0 7.9.26.2).
///
/// Three bits are younger than the first text of IDE, so not every public source names them: partial header encryption
/// (3) came with r6.0, TEE-limited streams (24) with TDISP, XT (25) after r6.0. An older device has zeros there.
/// Intel's TEE-IO validator has bits 3, 24 and 25 as reserved, Linux 25, pciutils none of them.
public struct IDESupport: RawRepresentable, Hashable, Sendable {
    /// The register.
    public let rawValue: UInt32

    /// From the register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Link IDE streams: all traffic between two neighbours.
    public var linkStreams: Bool { rawValue.bit(0) }
    /// Selective IDE streams: chosen traffic between two ports, with switches between them perhaps.
    public var selectiveStreams: Bool { rawValue.bit(1) }
    /// Passing on selective streams of others.
    public var flowThrough: Bool { rawValue.bit(2) }
    /// Encrypting parts of the header.
    public var partialHeaderEncryption: Bool { rawValue.bit(3) }
    /// One MAC over several packets.
    public var aggregation: Bool { rawValue.bit(4) }
    /// A checksum over the plain text, inside what is encrypted.
    public var plaintextCRC: Bool { rawValue.bit(5) }
    /// Taking keys through IDE_KM, over a mailbox's SPDM.
    public var keyManagement: Bool { rawValue.bit(6) }
    /// Config requests inside a selective stream.
    public var configRequests: Bool { rawValue.bit(7) }
    /// The algorithms it knows: a number that stands for a set.
    public var algorithm: IDEAlgorithm { IDEAlgorithm(rawValue: rawValue.bits(8, count: 5)) }
    /// Streams for requests of trusted guests alone.
    public var teeLimited: Bool { rawValue.bit(24) }
    /// The XT mode, added after r6.0.
    public var xtMode: Bool { rawValue.bit(25) }

    /// How many link stream blocks follow: one a traffic class, 0 to 8.
    public var linkStreamCount: Int { linkStreams ? Int(rawValue.bits(13, count: 3)) + 1 : 0 }
    /// How many selective stream blocks follow, 0 to 256.
    public var selectiveStreamCount: Int { selectiveStreams ? Int(rawValue.bits(16, count: 8)) + 1 : 0 }
}
