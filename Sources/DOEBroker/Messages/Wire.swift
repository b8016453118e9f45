internal import DOEWords

/// Writes the bytes of a message: numbers lowest byte first, texts in fields of one size.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        for place in 0..<value.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (place * 8))) }
    }

    mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Bytes in a field that has room for so many: their count, they themselves, zeros. `false`, and an empty field,
    /// where they do not fit: a name is never cut short.
    @discardableResult
    mutating func put(_ content: [UInt8], room: Int) -> Bool {
        let fits = content.count <= room
        let content = fits ? content : []
        put(UInt16(content.count))
        bytes += content
        bytes += repeatElement(0, count: room - content.count)
        return fits
    }

    /// A text in a field that has room for so many bytes; an empty one where it does not fit.
    mutating func put(_ text: String, room: Int) { put(Array(text.utf8), room: room) }

    mutating func putZeros(_ count: Int) { bytes += repeatElement(0, count: count) }

    mutating func put(_ function: FunctionAddress) {
        put(function.domain)
        put(function.bus)
        put(function.device)
        put(function.function)
        putZeros(1)
    }

    /// A sentence, of which the end is left out where it does not fit.
    mutating func put(sentence: String, room: Int) {
        var bytes = Array(sentence.utf8)
        if bytes.count > room {
            // Not in the middle of a character.
            var end = room - 3
            while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
            bytes = bytes[..<end] + Array("...".utf8)
        }
        put(bytes, room: room)
    }
}

/// Reads them back, from bytes that anybody may have made. What has another form is `nil`, and nothing of it is
/// believed; each value has one form.
struct WireReader {
    private(set) var offset = 0

    mutating func number<Value: FixedWidthInteger>(_: Value.Type, _ bytes: borrowing RawSpan) -> Value? {
        let size = Value.bitWidth / 8
        guard bytes.byteCount - offset >= size else { return nil }
        var value: Value = 0
        for place in 0..<size {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset + place, as: UInt8.self)
            value |= Value(truncatingIfNeeded: byte) << (place * 8)
        }
        offset += size
        return value
    }

    mutating func truth(_ bytes: borrowing RawSpan) -> Bool? {
        switch number(UInt8.self, bytes) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    mutating func content(_ bytes: borrowing RawSpan, room: Int) -> [UInt8]? {
        guard let count = number(UInt16.self, bytes), count <= room, bytes.byteCount - offset >= room else {
            return nil
        }
        let start = offset
        let content: [UInt8]? = unsafe bytes.withUnsafeBytes { bytes in
            let field = unsafe bytes[start..<start + room]
            guard unsafe field.dropFirst(Int(count)).allSatisfy({ $0 == 0 }) else { return nil }
            return unsafe Array(field.prefix(Int(count)))
        }
        offset += room
        return content
    }

    /// So many bytes as they are.
    mutating func raw(_ bytes: borrowing RawSpan, _ count: Int) -> [UInt8]? {
        guard count <= bytes.byteCount - offset else { return nil }
        var content: [UInt8] = []
        content.reserveCapacity(count)
        for place in offset..<offset + count {
            content.append(unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self))
        }
        offset += count
        return content
    }

    /// Whether so many bytes are zeros.
    mutating func zeros(_ bytes: borrowing RawSpan, _ count: Int) -> Bool {
        raw(bytes, count)?.allSatisfy { $0 == 0 } ?? false
    }

    mutating func function(_ bytes: borrowing RawSpan) -> FunctionAddress? {
        guard let domain = number(UInt32.self, bytes), let bus = number(UInt8.self, bytes),
            let device = number(UInt8.self, bytes), let function = number(UInt8.self, bytes), zeros(bytes, 1)
        else { return nil }
        return FunctionAddress(domain: domain, bus: bus, device: device, function: function)
    }

    mutating func text(_ bytes: borrowing RawSpan, room: Int) -> String? {
        content(bytes, room: room).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
