/// journald's own sum over an entry: the hashes of its `FIELD=value`, each by Jenkins' lookup3, combined by exclusive
/// or (systemd.io, Journal File Format, "Entry Objects"). A reader that leaves out a field gets another one: so it
/// shows where a machine went down before all of an entry was on the disk, of which libsystemd says nothing.
///
/// It is a sum against accidents; whoever forges an entry can make it fit.
public struct JournalEntrySum: Hashable, Sendable {
    private(set) var value: UInt64 = 0

    /// The sum over nothing.
    public init() {}

    /// The sum that a cursor states (`x=`); `nil` where it states none.
    public init?(cursor: some StringProtocol) {
        guard let text = cursor.split(separator: ";").first(where: { $0.hasPrefix("x=") }),
            let value = UInt64(text.dropFirst(2), radix: 16)
        else { return nil }
        self.value = value
    }

    /// Takes one `FIELD=value`, in any order.
    public mutating func add(_ field: RawSpan) { value ^= Lookup3.hash(field) }
}

/// Bob Jenkins' lookup3, both halves of `hashlittle2` with no seeds (burtleburtle.net/bob/c/lookup3.c).
private struct Lookup3 {
    private var a: UInt32
    private var b: UInt32
    private var c: UInt32

    static func hash(_ bytes: RawSpan) -> UInt64 {
        var state = Lookup3(length: bytes.byteCount)
        var offset = 0
        // The last block, be it whole, is mixed in another way.
        while bytes.byteCount - offset > 12 {
            state.add(bytes, offset)
            state.mix()
            offset += 12
        }
        if offset < bytes.byteCount {
            state.add(bytes, offset)
            state.mixLast()
        }
        return UInt64(state.c) << 32 | UInt64(state.b)
    }

    private init(length: Int) {
        let seed = 0xdead_beef &+ UInt32(truncatingIfNeeded: length)
        (a, b, c) = (seed, seed, seed)
    }

    private mutating func add(_ bytes: RawSpan, _ offset: Int) {
        a &+= Self.word(bytes, offset)
        b &+= Self.word(bytes, offset + 4)
        c &+= Self.word(bytes, offset + 8)
    }

    /// Four bytes, the lowest first; zeros behind the end.
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
        if offset + 4 <= bytes.byteCount {
            return UInt32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        var word: UInt32 = 0
        for place in 0..<max(0, bytes.byteCount - offset) {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset + place, as: UInt8.self)
            word |= UInt32(byte) << UInt32(8 * place)
        }
        return word
    }

    private mutating func mix() {
        Self.turn(&a, &c, b, 4)
        Self.turn(&b, &a, c, 6)
        Self.turn(&c, &b, a, 8)
        Self.turn(&a, &c, b, 16)
        Self.turn(&b, &a, c, 19)
        Self.turn(&c, &b, a, 4)
    }

    private static func turn(_ x: inout UInt32, _ y: inout UInt32, _ z: UInt32, _ bits: UInt32) {
        x = (x &- y) ^ rotated(y, bits)
        y &+= z
    }

    private mutating func mixLast() {
        Self.turnLast(&c, b, 14)
        Self.turnLast(&a, c, 11)
        Self.turnLast(&b, a, 25)
        Self.turnLast(&c, b, 16)
        Self.turnLast(&a, c, 4)
        Self.turnLast(&b, a, 14)
        Self.turnLast(&c, b, 24)
    }

    private static func turnLast(_ x: inout UInt32, _ y: UInt32, _ bits: UInt32) {
        x = (x ^ y) &- rotated(y, bits)
    }

    private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
}
