/// Texts that rules name, numbered from 2 on; compared byte for byte.
struct ExactTexts: Sendable {
    /// For each text its number, its length (four bytes each) and its bytes, one behind the other: comparing touches one
    /// place in memory.
    private var bytes: [UInt8] = []
    private var places = FlatIndex(reserving: 0)
    private var count: UInt32 = 0

    /// The number of a text; `nil` where no rule names it.
    func number(_ text: String) -> UInt32? {
        let wanted = text.utf8.span
        return places.find(Self.hash(wanted)) { holds(wanted, at: Int($0)) }.map { word(at: Int($0)) }
    }

    /// The number of a text, a new one where it has none.
    mutating func add(_ text: String) -> UInt32 {
        if let number = number(text) { return number }
        let number = count + 2
        count += 1
        places.insert(Self.hash(text.utf8.span), UInt32(bytes.count))
        append(number)
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        return number
    }

    private mutating func append(_ word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    private func word(at place: Int) -> UInt32 {
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
            | UInt32(bytes[place + 3]) << 24
    }

    private func holds(_ wanted: Span<UInt8>, at place: Int) -> Bool {
        guard word(at: place + 4) == UInt32(wanted.count) else { return false }
        for index in wanted.indices where bytes[place + 8 + index] != wanted[index] { return false }
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
