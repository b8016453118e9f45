internal import DOEWords

/// What the file of the ring's shadow says, version 1: a header that stays as it is while a daemon lives, then an entry for
/// each slot of the ring. Numbers are little-endian.
///
/// The header has a digest, the entries have none: they are written one by one, in memory, and a word that is none
/// shows.
struct ShadowContent: Hashable, Sendable {
    /// The boot in which it was made: it says nothing of the ring in another one.
    let boot: String
    /// The digest of the ring's path: another ring's shadow says nothing of this one.
    let ring: SHA256Digest
    /// The instance whose numbers it counts.
    let instance: String
    /// The last number given when it was made.
    let firstSequence: UInt64
    var entries: [ShadowEntry]
    /// Whether the daemon that kept it ended in order: then the ring was on its disk as far as this goes. One that wrote
    /// no such word left a zero here.
    var isEnded = false

    static let version: UInt32 = 1
    static let headerSize = 256
    private static let magic = Array("doe-shdw".utf8)
    private static let endedPlace = 152

    /// The last number that is known to have been given.
    var lastSequence: UInt64 { max(firstSequence, entries.lazy.map(\.sequence).max() ?? 0) }

    static func offset(ofSlot slot: Int) -> Int { headerSize + slot * ShadowEntry.size }

    static func fileSize(slotCount: Int) -> Int { offset(ofSlot: slotCount) }

    var bytes: [UInt8] {
        var bytes = header
        bytes.reserveCapacity(Self.fileSize(slotCount: entries.count))
        for entry in entries { bytes += entry.bytes }
        return bytes
    }

    /// What stands before the entries.
    var header: [UInt8] {
        var bytes = Self.magic
        bytes.append(number: Self.version)
        bytes.append(number: UInt32(entries.count))
        bytes.append(number: firstSequence)
        bytes += Array(boot.utf8) + Array(instance.utf8) + Array(ring.description.utf8)
        bytes.append(contentsOf: repeatElement(0, count: Self.headerSize - 32 - bytes.count))
        bytes[Self.endedPlace] = isEnded ? 1 : 0
        return bytes + SHA256Digest(of: bytes).bytes
    }
}

extension ShadowContent {
    /// Reads a whole file; `nil` where it is damaged, cut, or of another version.
    init?(_ bytes: [UInt8]) {
        let header = bytes.prefix(Self.headerSize)
        guard header.count == Self.headerSize, header.starts(with: Self.magic),
            SHA256Digest(of: header.dropLast(32)).bytes[...] == header.suffix(32),
            header.number(at: 8, as: UInt32.self) == Self.version
        else { return nil }
        let slotCount = Int(header.number(at: 12, as: UInt32.self))
        let firstSequence = header.number(at: 16, as: UInt64.self)
        guard bytes.count == Self.fileSize(slotCount: slotCount) else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        guard let ring = SHA256Digest(text(88..<152)) else { return nil }
        let entries = (0..<slotCount).compactMap { slot in
            ShadowEntry(bytes[Self.offset(ofSlot: slot)..<Self.offset(ofSlot: slot + 1)])
        }
        guard entries.count == slotCount, firstSequence <= RecordNumber.highest,
            entries.allSatisfy({ $0.sequence <= RecordNumber.highest })
        else { return nil }
        self.init(
            boot: text(24..<56), ring: ring, instance: text(56..<88),
            firstSequence: firstSequence, entries: entries, isEnded: bytes[Self.endedPlace] == 1)
    }
}
