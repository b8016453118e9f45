/// Fields of a register, by the bit numbers that specifications write.
extension UInt32 {
    /// Whether bit `index` (0 to 31) is set.
    func bit(_ index: UInt32) -> Bool { self >> index & 1 == 1 }

    /// The `count` bits from bit `low` up; eight at most.
    func bits(_ low: UInt32, count: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: self >> low & ((1 << count) - 1)) }
}
