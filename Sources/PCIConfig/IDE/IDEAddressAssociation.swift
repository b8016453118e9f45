internal import DOEWords

/// A range of memory addresses that goes through a selective stream, in steps of 1 MiB (PCIe r6.0 7.9.26.5.5).
public struct IDEAddressAssociation: Hashable, Sendable, CustomStringConvertible {
    /// Whether the range counts.
    public let isValid: Bool
    /// The first address.
    public let base: UInt64
    /// The last one, inclusive.
    public let limit: UInt64

    /// Bits [31:20] of both ends, then the upper half of the limit, then that of the base.
    static let dwordCount = 3

    /// From its three registers. The lowest 20 bits are implied: zeros in the base, ones in the limit.
    init(_ dwords: [UInt32]) {
        isValid = dwords[0].bit(0)
        base = UInt64(dwords[2]) << 32 | UInt64(dwords[0] >> 8 & 0xfff) << 20
        limit = UInt64(dwords[1]) << 32 | UInt64(dwords[0] >> 20) << 20 | 0xf_ffff
    }

    /// Whether it counts, and its end lies below its start: no address is in it, whatever was meant.
    public var isReversed: Bool { isValid && limit < base }

    /// `0x2000000000-0x20000fffff`, or `none` where the range does not count.
    public var description: String {
        isValid ? "0x\(base.hex(digits: 1))-0x\(limit.hex(digits: 1))" : "none"
    }
}
