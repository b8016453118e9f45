/// Where a text is in an event.
struct TextField: Hashable, Sendable {
    private let offset: Int
    private let size: Int
    private let kind: EventField.Kind

    init?(_ field: EventField) {
        switch field.kind {
        case .elsewhere, .elsewhereFromHere: guard field.size == 4 else { return nil }
        case .array: break
        case .number: return nil
        }
        offset = field.offset
        size = field.size
        kind = field.kind
    }

    /// The first byte behind what is at a fixed place.
    var end: Int { offset + size }

    /// The text; nothing in it that is no UTF-8. `nil` as for `bytes`.
    func text(in event: RawSpan) -> String? {
        bytes(in: event).map { range in String(decoding: range.map { event.byte(at: $0) }, as: UTF8.self) }
    }

    /// Its bytes up to the first zero; `nil` where they would be outside the event. The caller has checked that the
    /// event reaches as far as `end`.
    func bytes(in event: RawSpan) -> Range<Int>? {
        var (begin, count) = (offset, size)
        if case .array = kind {
        } else {
            let place = event.littleEndianDword(at: offset)
            begin = Int(place & 0xffff) + (kind == .elsewhereFromHere ? end : 0)
            count = Int(place >> 16)
        }
        guard begin + count <= event.byteCount else { return nil }
        var index = begin
        while index < begin + count, event.byte(at: index) != 0 { index += 1 }
        return begin..<index
    }
}
