/// Bytes and words that may become a dword: written in the order of their addresses, one after the other.
struct PartialDword {
    /// The dword's offset in config space.
    let register: UInt16
    private(set) var value: UInt32
    /// How many of its bytes are there.
    private(set) var filled: Int
    /// The writes that it is made of; the first of them stands for all where they come to nothing.
    private(set) var first: OtherWrites
    private(set) var access: ObservedAccess

    /// `nil` where it is not the dword's beginning.
    init?(offset: UInt16, width: Int, value: UInt32, _ access: ObservedAccess) {
        guard offset % 4 == 0 else { return nil }
        register = offset
        self.value = value
        filled = width
        first = OtherWrites(offset: offset, width: width, value: value, access)
        self.access = access
    }

    /// Takes what follows; `false` where this does not.
    mutating func append(offset: UInt16, width: Int, value: UInt32, _ access: ObservedAccess) -> Bool {
        guard Int(offset) == Int(register) + filled, filled + width <= 4 else { return false }
        self.value |= value << UInt32(8 * filled)
        filled += width
        first.count += 1
        first.ended = access.time
        self.access = access
        return true
    }

    var deadline: UInt64 { access.time.later(by: AssemblyLimits.restOfDword) }
}
