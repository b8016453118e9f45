/// journald's native protocol (systemd.io, Native Journal Protocol): the same bytes in a datagram, in the ring and,
/// with an empty line after each entry, in the Journal Export Format.
extension JournalEntry {
    /// The entry's bytes, without the export format's empty line.
    public var nativeProtocol: [UInt8] {
        var bytes: [UInt8] = []
        for field in fields { bytes.appendField(field.name, field.value) }
        return bytes
    }

    /// Reads one entry; bytes after it, an empty line included, are an error.
    public init(nativeProtocol bytes: [UInt8]) throws(JournalFormatError) {
        var parser = JournalExportParser()
        parser.feed(bytes)
        var entry = JournalEntry()
        switch parser.next() {
        case .damage(let error): throw error
        case .entry: throw JournalFormatError(offset: UInt64(bytes.count), problem: "an empty line inside an entry")
        case nil: break
        }
        switch parser.finish() {
        case .damage(let error): throw error
        case .entry(let found): entry = found
        case nil: break
        }
        self = entry
    }
}

extension [UInt8] {
    /// Appends `NAME=value` and a newline, or, where the value holds a newline, the name on a line of its own, the
    /// value's length as a little-endian 64-bit number, the value and a newline.
    mutating func appendField(_ name: String, _ value: some Collection<UInt8>) {
        append(name)
        append(UInt8(ascii: "="))
        let start = count
        append(contentsOf: value)
        // Looked for in the array: that is much quicker than in a string's UTF-8 view.
        if self[start...].contains(UInt8(ascii: "\n")) {
            let length = UInt64(count - start)
            self[start - 1] = UInt8(ascii: "\n")
            insert(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }, at: start)
        }
        append(UInt8(ascii: "\n"))
    }

    /// The same of a text. In one piece: byte by byte the fields of a record cost more than its digest.
    mutating func appendField(_ name: String, text: String) {
        var text = text
        text.withUTF8 { unsafe appendField(name, $0) }
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append(contentsOf: $0) }
    }
}
