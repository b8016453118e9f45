internal import DOEWords

/// A set of objects in which some hexadecimal digits are given and the others may be anything.
struct ObjectMask: Hashable, Sendable {
    /// Four bits set for each digit that is given.
    let mask: UInt32
    /// The given digits, 0 elsewhere.
    let value: UInt32

    /// How many digits are given, 0 to 6: more is more specific.
    var digits: Int { mask.nonzeroBitCount / 4 }

    /// The object where every digit is given.
    var onlyObject: ObjectID? {
        mask == 0xff_ffff ? ObjectID(vendor: UInt16(value >> 8), type: UInt8(value & 0xff)) : nil
    }

    func contains(_ object: ObjectID) -> Bool { object.number & mask == value }

    /// Every way in which a glob can lie over the seven characters `VVVV:TT`; empty where none can.
    static func masks(of glob: Glob) -> Set<ObjectMask> {
        // At most seven elements other than stars can be placed, so this stays small whatever was written.
        guard glob.elements.count(where: { $0 != Glob.many }) <= 7 else { return [] }
        var found: Set<ObjectMask> = []
        func place(_ element: Int, _ position: Int, _ mask: UInt32, _ value: UInt32) {
            guard element < glob.elements.count else {
                if position == 7 { found.insert(ObjectMask(mask: mask, value: value)) }
                return
            }
            switch glob.elements[element] {
            case Glob.many:
                place(element + 1, position, mask, value)
                if position < 7 { place(element, position + 1, mask, value) }
            case Glob.one:
                if position < 7 { place(element + 1, position + 1, mask, value) }
            case let byte:
                guard position < 7 else { return }
                if position == 4 {
                    if byte == UInt16(UInt8(ascii: ":")) { place(element + 1, position + 1, mask, value) }
                } else if let digit = Self.digit(byte) {
                    let shift = UInt32(20 - 4 * (position < 4 ? position : position - 1))
                    place(element + 1, position + 1, mask | 0xf << shift, value | digit << shift)
                }
            }
        }
        place(0, 0, 0, 0)
        return found
    }

    private static func digit(_ element: Glob.Element) -> UInt32? {
        let byte = UInt8(truncatingIfNeeded: element)
        guard byte.isLowercaseHexDigit else { return nil }
        return UInt32(byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : byte - UInt8(ascii: "a") + 10)
    }
}

extension ObjectID {
    /// Vendor in bits 23 to 8, type in bits 7 to 0: the digits in the order in which they are written.
    var number: UInt32 { UInt32(vendor) << 8 | UInt32(type) }
}
