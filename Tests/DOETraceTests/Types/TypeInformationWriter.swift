/// Writes a kernel's type information (BTF), type by type; each gets the next number, from 1.
struct TypeInformationWriter {
    private(set) var types: [UInt8] = []
    private(set) var strings: [UInt8] = [0]
    private(set) var count: UInt32 = 0

    struct Member {
        var name: String
        var type: UInt32
        /// From the beginning of the structure, in bits.
        var bits: UInt32
        /// How many bits of it are used, where the structure has bit fields at all.
        var width: UInt32 = 0
    }

    var bytes: [UInt8] {
        Self.dwords(0x0001_eb9f, 24, 0, UInt32(types.count), UInt32(types.count), UInt32(strings.count)) + types
            + strings
    }

    mutating func integer(_ name: String, size: UInt32) -> UInt32 {
        type(name, kind: 1, parts: 0, size, Self.dwords(size * 8))
    }
    mutating func pointer(to other: UInt32) -> UInt32 { type("", kind: 2, parts: 0, other) }
    mutating func array(of other: UInt32, _ length: UInt32) -> UInt32 {
        type("", kind: 3, parts: 0, 0, Self.dwords(other, 1, length))
    }
    mutating func alias(_ name: String, of other: UInt32, kind: UInt32 = 8) -> UInt32 {
        type(name, kind: kind, parts: 0, other)
    }
    mutating func enumeration(_ name: String, _ values: [String], wide: Bool = false) -> UInt32 {
        let parts = values.flatMap { Self.dwords(string($0), 0) + (wide ? Self.dwords(0) : []) }
        return type(name, kind: wide ? 19 : 6, parts: UInt32(values.count), 4, parts)
    }
    mutating func structure(
        _ name: String, size: UInt32, isUnion: Bool = false, hasBitFields: Bool = false, _ members: [Member]
    ) -> UInt32 {
        let parts = members.flatMap { Self.dwords(string($0.name), $0.type, $0.bits | $0.width << 24) }
        return type(
            name, kind: (isUnion ? 5 : 4) | (hasBitFields ? 0x80 : 0), parts: UInt32(members.count), size, parts)
    }
    mutating func function(_ name: String, _ arguments: [String], type argument: UInt32 = 1) -> UInt32 {
        let parts = arguments.flatMap { Self.dwords(string($0), argument) }
        let prototype = type("", kind: 13, parts: UInt32(arguments.count), 0, parts)
        return type(name, kind: 12, parts: 1, prototype)
    }
    /// Of any kind; bit 7 of it is the flag.
    mutating func type(
        _ name: String, kind: UInt32, parts: UInt32, _ sizeOrType: UInt32, _ tail: [UInt8] = []
    ) -> UInt32 {
        types += Self.dwords(string(name), kind << 24 | parts, sizeOrType) + tail
        count += 1
        return count
    }

    private mutating func string(_ text: String) -> UInt32 {
        guard !text.isEmpty else { return 0 }
        strings += Array(text.utf8) + [0]
        return UInt32(strings.count - text.utf8.count - 1)
    }

    static func dwords(_ values: UInt32...) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }
}
