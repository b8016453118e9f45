/// One type in the kernel's type information: the twelve bytes that every kind begins with (`struct btf_type`), and how
/// long it is.
struct KernelTypeRecord {
    /// The kinds that are looked into; all others are stepped over.
    enum Kind {
        static let structure: UInt8 = 4
        static let union: UInt8 = 5
        static let function: UInt8 = 12
        static let prototype: UInt8 = 13
        /// Names for another type, and what is said about one: typedef, volatile, const, restrict, type tag.
        static let aliases: Set<UInt8> = [8, 9, 10, 11, 18]
    }

    /// Where it begins, in bytes.
    let place: Int
    /// Where its name is in the strings.
    let name: UInt32
    /// What it is.
    let kind: UInt8
    /// How many members or arguments follow.
    let partCount: Int
    /// Whether members say how many bits wide they are.
    let hasBitFields: Bool
    /// A structure's size in bytes; of another kind the number of the type that it is about.
    let sizeOrType: UInt32

    /// Reads one; `nil` where twelve bytes are not there.
    init?(at place: Int, in bytes: borrowing RawSpan) {
        guard place >= 0, place + 12 <= bytes.byteCount else { return nil }
        let information = bytes.littleEndianDword(at: place + 4)
        self.place = place
        name = bytes.littleEndianDword(at: place)
        kind = UInt8(information >> 24 & 0x1f)
        partCount = Int(information & 0xffff)
        hasBitFields = information >> 31 == 1
        sizeOrType = bytes.littleEndianDword(at: place + 8)
    }

    /// Where the next one begins; `nil` where the kind is none that is known, so that nobody can tell.
    var end: Int? {
        switch kind {
        // An integer's encoding; a variable's linkage; which part a tag is about.
        case 1, 14, 17: place + 12 + 4
        // An array's element, index and count.
        case 3: place + 12 + 12
        case Kind.structure, Kind.union: place + 12 + 12 * partCount
        // Enumerators: a name and a value.
        case 6, Kind.prototype: place + 12 + 8 * partCount
        // A section's variables; enumerators of 64 bits.
        case 15, 19: place + 12 + 12 * partCount
        // Pointer, forward declaration, aliases, function, floating point.
        case 2, 7, 8, 9, 10, 11, Kind.function, 16, 18: place + 12
        default: nil
        }
    }
}
