/// Random numbers that are the same in every run (SplitMix64), so that what fails once fails again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Numbers that follow from a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// So many random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Bytes of which many are small or zero, as in real headers: pure noise seldom gets past the first check.
    public mutating func tameBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            let value = next()
            return value & 0x300 == 0 ? UInt8(truncatingIfNeeded: value) : UInt8(truncatingIfNeeded: value & 7)
        }
    }

    /// One of these; the list is never empty.
    public mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// True once in so many times.
    public mutating func once(in times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }
}
