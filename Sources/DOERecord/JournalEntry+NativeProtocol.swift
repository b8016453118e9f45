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
        append(contentsOf: name.utf8)
        if value.contains(UInt8(ascii: "\n")) {
            append(UInt8(ascii: "\n"))
            let length = UInt64(value.count)
            for shift in stride(from: UInt64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: length >> shift)) }
        } else {
            append(UInt8(ascii: "="))
        }
        append(contentsOf: value)
        append(UInt8(ascii: "\n"))
    }
}
