/// Texts that rules name, each with a number of 2 or more; compared byte for byte.
///
/// The number is the place where the text stands. So whoever has found the place has the number, and the processor looks
/// for the rule while it still waits for the bytes to compare: with many rules, time goes into waiting for memory.
struct ExactTexts: Sendable {
    /// For each text its length in four bytes, and its bytes, one behind the other.
    private var bytes: [UInt8] = []
    private var places = FlatIndex(reserving: 0)

    /// The number of a text; `nil` where no rule names it.
    func number(_ text: String) -> UInt32? {
        let wanted = text.utf8.span
        return places.find(Self.hash(wanted)) { holds(wanted, at: Int($0)) }.map(Self.number)
    }

    /// The number of a text, a new one where it has none.
    mutating func add(_ text: String) -> UInt32 {
        if let number = number(text) { return number }
        let place = UInt32(bytes.count)
        places.insert(Self.hash(text.utf8.span), place)
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        return Self.number(of: place)
    }

    private static func number(of place: UInt32) -> UInt32 { place + 2 }

    private mutating func append(_ word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    private func word(at place: Int) -> UInt32 {
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
            | UInt32(bytes[place + 3]) << 24
    }

    private func holds(_ wanted: Span<UInt8>, at place: Int) -> Bool {
        guard word(at: place) == UInt32(wanted.count) else { return false }
        for index in wanted.indices where bytes[place + 4 + index] != wanted[index] { return false }
        return true
    }

    /// FNV-1a, with its bits mixed once more. Rules are root's: nobody gains by making them collide.
    private static func hash(_ text: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        return hash &* 0x9e37_79b9_7f4a_7c15
    }
}
