internal import DOEWords

/// The progress in a ring of version 1, which 0.1.0 wrote: texts, and nothing of machine and instance before.
extension RingProgress {
    static let version1Size = 256

    init?(version1 bytes: [UInt8]) {
        guard bytes.count == Self.version1Size,
            SHA256Digest(of: bytes.dropLast(32)).bytes[...] == bytes.suffix(32)
        else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        guard let chain = SHA256Digest(text(88..<152)),
            bytes[...].number(at: 8, as: UInt64.self) <= Self.highestSequence
        else { return nil }
        self.init(
            generation: bytes[...].number(at: 0, as: UInt64.self), instance: text(24..<56),
            sequence: bytes[...].number(at: 8, as: UInt64.self), chain: chain, boot: text(56..<88),
            isClean: bytes[16] & 1 != 0, owesLoss: bytes[16] & 2 != 0, isShadowed: bytes[16] & 4 != 0)
        isOfVersion1 = true
    }
}
