/// A record as a journal entry, both ways.
extension Record {
    /// The version of the list of fields, DOE_SCHEMA.
    public static let schema = 5
    /// SYSLOG_IDENTIFIER of every record, by which readers find them.
    public static let identifier = "doe-auditd"
    /// The most bytes that `encoded` ever has: what a slot of the ring must hold.
    public static let maximumEncodedBytes = 7680

    /// The record in journald's native protocol. The order of the fields is fixed and each value is kept as it is, so
    /// a record that was read back from the journal has the same bytes: the chain is a digest over them.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048)
        bytes.appendField("MESSAGE", text: message)
        bytes.appendField("MESSAGE_ID", text: event.messageID)
        bytes.appendField("PRIORITY", text: String(priority.rawValue))
        bytes.appendField("SYSLOG_IDENTIFIER", text: Self.identifier)
        for field in Field.allCases {
            if let value = self[field] { bytes.appendField(field.name, text: value) }
        }
        return bytes
    }

    /// Reads a record from bytes that `encoded` made; other fields are passed over.
    public init(encoded bytes: [UInt8]) throws(RecordError) {
        let entry: JournalEntry
        do throws(JournalFormatError) {
            entry = try JournalEntry(nativeProtocol: bytes)
        } catch {
            throw RecordError(error.problem)
        }
        try self.init(entry)
    }

    /// Reads a record from a journal entry; fields that are not ours are passed over, of a field that comes twice the
    /// first counts.
    public init(_ entry: JournalEntry) throws(RecordError) {
        guard let word = entry.text(Field.event.name) else { throw RecordError("no DOE_EVENT") }
        guard let event = Event(rawValue: word) else {
            throw RecordError(
                "DOE_EVENT=\(word.debugDescription) is not known here",
                remedy: "read it with the doe-audit that belongs to the daemon that wrote it")
        }
        let level = entry.text("PRIORITY") ?? ""
        guard let priority = Int(level).flatMap(Priority.init(rawValue:)) else {
            throw RecordError("PRIORITY=\(level.debugDescription) is none that a record has")
        }
        self.init(event, priority: priority, message: entry.text("MESSAGE") ?? "")
        for field in entry.fields {
            guard let ours = Field(name: field.name), self[ours] == nil else { continue }
            self[ours] = String(decoding: field.value, as: UTF8.self)
        }
    }
}

extension Field {
    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The field of that name; `nil` for a name that is none of ours.
    public init?(name: String) {
        guard let field = Self.byName[name] else { return nil }
        self = field
    }
}
