/// Where a number is in an event, and how wide it is.
struct NumberField: Hashable, Sendable {
    let offset: Int
    let size: Int
    let isSigned: Bool

    init?(_ field: EventField) {
        guard [1, 2, 4, 8].contains(field.size) else { return nil }
        offset = field.offset
        size = field.size
        isSigned = field.isSigned
    }

    /// The first byte behind it.
    var end: Int { offset + size }

    /// Its value; below zero only where its sign counts. The caller has checked that the event reaches as far as `end`.
    func value(in event: RawSpan) -> Int64 {
        switch (size, isSigned) {
        case (1, false): Int64(event.byte(at: offset))
        case (1, true): Int64(Int8(bitPattern: event.byte(at: offset)))
        case (2, false): Int64(event.littleEndianWord(at: offset))
        case (2, true): Int64(Int16(bitPattern: event.littleEndianWord(at: offset)))
        case (4, false): Int64(event.littleEndianDword(at: offset))
        case (4, true): Int64(Int32(bitPattern: event.littleEndianDword(at: offset)))
        default: Int64(bitPattern: event.littleEndianQuadword(at: offset))
        }
    }
}
