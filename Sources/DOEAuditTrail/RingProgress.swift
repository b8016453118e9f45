internal import DOEWords

/// How far the numbering has come: what must outlive the slots.
struct RingProgress: Hashable, Sendable {
    /// Counts the writes: of the two copies the one with the higher number is the newer.
    var generation: UInt64
    /// 128 random bits, 32 hexadecimal digits.
    var instance: String
    /// The last number given.
    var sequence: UInt64
    /// The digest of the record that has it; zeros before the first.
    var chain: SHA256Digest
    /// The boot in which this was written.
    var boot: String
    /// Whether the daemon ended in order, everything synced.
    var isClean: Bool
    /// Whether a loss was found and is not yet recorded.
    var owesLoss = false
    /// Whether the daemon that wrote this kept a shadow of the ring.
    var isShadowed = false

    static let size = 256

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: generation)
        bytes.append(number: sequence)
        bytes.append(number: UInt64((isClean ? 1 : 0) | (owesLoss ? 2 : 0) | (isShadowed ? 4 : 0)))
        bytes += Array(instance.utf8) + Array(boot.utf8) + Array(chain.description.utf8)
        bytes.append(contentsOf: repeatElement(0, count: Self.size - 32 - bytes.count))
        return bytes + SHA256Digest(of: bytes).bytes
    }

    init(
        generation: UInt64, instance: String, sequence: UInt64, chain: SHA256Digest, boot: String, isClean: Bool,
        owesLoss: Bool = false, isShadowed: Bool = false
    ) {
        self.generation = generation
        self.instance = instance
        self.sequence = sequence
        self.chain = chain
        self.boot = boot
        self.isClean = isClean
        self.owesLoss = owesLoss
        self.isShadowed = isShadowed
    }

    /// Reads a copy; `nil` where it is damaged or was never written.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, SHA256Digest(of: bytes.dropLast(32)).bytes[...] == bytes.suffix(32) else {
            return nil
        }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        guard let chain = SHA256Digest(text(88..<152)) else { return nil }
        self.init(
            generation: bytes[...].number(at: 0, as: UInt64.self), instance: text(24..<56),
            sequence: bytes[...].number(at: 8, as: UInt64.self), chain: chain, boot: text(56..<88),
            isClean: bytes[16] & 1 != 0, owesLoss: bytes[16] & 2 != 0,
            isShadowed: bytes[16] & 4 != 0)
    }
}
