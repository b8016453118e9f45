/// What an event looks like in the ring buffer, as its `format` file in tracefs says.
public struct EventFormat: Hashable, Sendable {
    /// The event's name.
    public let name: String
    /// The number that each such event carries as its `common_type`.
    public let id: UInt16
    /// Its fields, those in common with all events first.
    public let fields: [EventField]

    /// Reads the text of a `format` file. What is not understood is skipped: kernels may add to it.
    public init(_ text: String) throws(TraceFormatError) {
        var (name, id, fields) = ("", nil as UInt16?, [EventField]())
        for line in text.split(separator: "\n") {
            if line.hasPrefix("name: ") {
                name = String(line.dropFirst("name: ".count))
            } else if line.hasPrefix("ID: ") {
                id = UInt16(line.dropFirst("ID: ".count))
            } else if let field = EventField(line: line) {
                fields.append(field)
            }
        }
        guard let id else { throw TraceFormatError(name, "it has no ID from 0 to 65535") }
        self.name = name
        self.id = id
        self.fields = fields
    }

    /// A field that is a number.
    func number(_ name: String) throws(TraceFormatError) -> NumberField {
        let field = try field(name)
        guard field.kind == .number, let number = NumberField(field) else {
            throw TraceFormatError(self.name, "its field '\(name)' is no number of 1, 2, 4 or 8 bytes")
        }
        return number
    }

    /// A field that is a text.
    func text(_ name: String) throws(TraceFormatError) -> TextField {
        guard let text = TextField(try field(name)) else {
            throw TraceFormatError(self.name, "its field '\(name)' is no text")
        }
        return text
    }

    private func field(_ name: String) throws(TraceFormatError) -> EventField {
        guard let field = fields.first(where: { $0.name == name }) else {
            throw TraceFormatError(self.name, "it has no field '\(name)'")
        }
        return field
    }
}
