/// What the chain covers of an entry that was read.
extension JournalEntry {
    /// The entry's fields in our name as they stand in it: those of a record in the order of `Record.encoded`, each
    /// with all the values that it has, then what no record has.
    ///
    /// Of an entry that is as it was written these are the record's own bytes. A digest over the record as it was
    /// understood would not show what understanding passes over: a second value, a kind's number, bytes that are no
    /// text.
    public var recordContent: [UInt8] {
        let covered = fields.enumerated().compactMap { place, field in
            Record.place(of: field.name).map { (order: $0, place: place, field: field) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048)
        for (_, _, field) in covered.sorted(by: { ($0.order, $0.place) < ($1.order, $1.place) }) {
            bytes.appendField(field.name, field.value)
        }
        return bytes
    }
}

extension Record {
    /// The fields of every record that are not in `Field`, in their order.
    private static let common = ["MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER"]
    private static let places = Dictionary(
        uniqueKeysWithValues: (common + Field.allCases.map(\.name)).enumerated().map { ($1, $0) })

    /// Where a field stands among those that the chain covers; behind them all where its name begins like ours and no
    /// record has it, `nil` where the name is somebody else's.
    static func place(of name: String) -> Int? {
        places[name] ?? (name.hasPrefix("DOE_") ? places.count : nil)
    }

    /// Whether such a field of an entry may belong to a record.
    static func hasField(_ name: String) -> Bool { places[name] != nil }
}
