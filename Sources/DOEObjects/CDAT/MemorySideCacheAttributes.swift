/// What the attributes of a DSMSCIS say of the cache (ACPI 6.4, 5.2.27.5, cache attributes).
public struct MemorySideCacheAttributes: Hashable, Sendable {
    /// Bits [3:0]: how many caches there are in front of the memory.
    public let levelCount: UInt8
    /// Bits [7:4]: which of them this one is.
    public let level: UInt8
    /// Bits [11:8]: how a line finds its place.
    public let associativity: UInt8
    /// Bits [15:12]: when a write reaches the memory.
    public let writePolicy: UInt8
    /// Bits [31:16]: the size of a line in bytes.
    public let lineByteCount: UInt16

    /// From the attributes as they stand in the table.
    public init(_ attributes: UInt32) {
        levelCount = UInt8(attributes & 0xf)
        level = UInt8(attributes >> 4 & 0xf)
        associativity = UInt8(attributes >> 8 & 0xf)
        writePolicy = UInt8(attributes >> 12 & 0xf)
        lineByteCount = UInt16(attributes >> 16)
    }

    /// `direct mapped`; a number that has no meaning is told as it is.
    public var associativityWords: String {
        switch associativity {
        case 0: "no associativity"
        case 1: "direct mapped"
        case 2: "complex indexing"
        default: "associativity \(associativity)"
        }
    }

    /// `write back`; a number that has no meaning is told as it is.
    public var writePolicyWords: String {
        switch writePolicy {
        case 0: "no write policy"
        case 1: "write back"
        case 2: "write through"
        default: "write policy \(writePolicy)"
        }
    }
}

extension MemorySideCacheStructure {
    /// What the attributes say.
    public var cache: MemorySideCacheAttributes { MemorySideCacheAttributes(attributes) }
}
