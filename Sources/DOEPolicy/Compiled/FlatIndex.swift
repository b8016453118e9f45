/// Finds a number by a hash, in one place of memory: open addressing in an array of words.
///
/// What is found is only a candidate, whoever asks compares. A dictionary's keys and values stand apart, and its keys
/// are larger: with many rules most of a decision's time went into waiting for memory.
struct FlatIndex: Sendable {
    /// The upper half of the hash above the number plus one; 0 where there is nothing.
    private var slots: [UInt64] = []
    private var count = 0

    /// An index for so many numbers; it grows if there are more.
    init(reserving count: Int) { slots = Array(repeating: 0, count: Self.size(for: count)) }

    private static func size(for count: Int) -> Int {
        var size = 16
        while size < 2 * count { size *= 2 }
        return size
    }

    /// The number with this hash for which `isWanted` says yes.
    func find(_ hash: UInt64, _ isWanted: (UInt32) -> Bool) -> UInt32? {
        slot(of: hash, isWanted).map { UInt32(truncatingIfNeeded: slots[$0]) - 1 }
    }

    /// Puts a number in; the caller has looked that its key is not there.
    mutating func insert(_ hash: UInt64, _ number: UInt32) {
        if 2 * (count + 1) > slots.count { grow() }
        put(Self.tag(hash) | UInt64(number + 1))
        count += 1
    }

    /// Puts another number in the place of the one that `isWanted` says yes to.
    mutating func replace(_ hash: UInt64, with number: UInt32, _ isWanted: (UInt32) -> Bool) {
        guard let slot = slot(of: hash, isWanted) else { return }
        slots[slot] = Self.tag(hash) | UInt64(number + 1)
    }

    private func slot(of hash: UInt64, _ isWanted: (UInt32) -> Bool) -> Int? {
        let mask = slots.count - 1
        var slot = Self.start(hash) & mask
        while slots[slot] != 0 {
            if slots[slot] & Self.tagMask == Self.tag(hash), isWanted(UInt32(truncatingIfNeeded: slots[slot]) - 1) {
                return slot
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func put(_ word: UInt64) {
        let mask = slots.count - 1
        var slot = Self.start(word) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = word
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        for word in old where word != 0 { put(word) }
    }

    private static let tagMask: UInt64 = 0xffff_ffff_0000_0000

    private static func tag(_ hash: UInt64) -> UInt64 { hash & tagMask }

    /// From the half that a slot keeps, so that a larger array is filled without the keys.
    private static func start(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 32) }
}
