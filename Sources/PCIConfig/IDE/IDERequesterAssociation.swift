internal import DOEWords

/// Whose traffic a selective stream carries: a range of requester ids (PCIe r6.0 7.9.26.5.4).
public struct IDERequesterAssociation: Hashable, Sendable, CustomStringConvertible {
    /// Whether the range counts.
    public let isValid: Bool
    /// The first requester: bus in bits [15:8], device in [7:3], function in [2:0].
    public let base: UInt16
    /// The last one, inclusive.
    public let limit: UInt16
    /// The segment of both, which counts in Flit Mode only. The TEE-IO validator and QEMU's model have these bits as
    /// reserved; Linux and pciutils name them.
    public let segmentBase: UInt8

    /// From its two registers.
    init(first: UInt32, second: UInt32) {
        limit = UInt16(truncatingIfNeeded: first >> 8)
        isValid = second.bit(0)
        base = UInt16(truncatingIfNeeded: second >> 8)
        segmentBase = second.bits(24, count: 8)
    }

    /// Whether it counts, and its end lies below its start: no requester is in it, whatever was meant.
    public var isReversed: Bool { isValid && limit < base }

    /// `0d:00.0-0d:1f.7`, with the segment before it where it is not 0; `none` where the range does not count.
    public var description: String {
        guard isValid else { return "none" }
        let range = base == limit ? Self.name(base) : "\(Self.name(base))-\(Self.name(limit))"
        return segmentBase == 0 ? range : "segment \(segmentBase.hex(digits: 2)) \(range)"
    }

    /// A requester id as lspci writes it: `0d:00.0`.
    private static func name(_ id: UInt16) -> String {
        "\((id >> 8).hex(digits: 2)):\((id >> 3 & 0x1f).hex(digits: 2)).\(id & 7)"
    }
}
