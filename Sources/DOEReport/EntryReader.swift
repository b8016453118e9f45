internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Picks a record's fields out of an entry.
struct EntryReader {
    private var entry = JournalEntry()
    private var uid: UInt32?
    private var units: Set<String> = []
    private var machine: String?
    private var host: String?
    private var isOurs = false

    /// What each record gets with its number.
    private static let stamps: [Field] = [.schema, .instance, .sequence, .chain, .time, .boot]
    /// No value of a record is longer, so what is cut here is none.
    private static let valueLimit = Record.maximumEncodedBytes

    private mutating func begin() {
        entry.fields.removeAll(keepingCapacity: true)
        entry.isTorn = false
        (uid, machine, host, isOurs) = (nil, nil, nil, false)
        units.removeAll(keepingCapacity: true)
    }

    /// Hands on the entry that the journal is at.
    mutating func read(
        _ journal: Journal, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void,
        strange: (StrangeRecord) -> Void
    ) throws(LinuxError) {
        begin()
        var sum = JournalEntrySum()
        try journal.forEachField { field in
            sum.add(field)
            take(field)
        }
        if isOurs, let stated = JournalEntrySum(cursor: try journal.cursor()) { entry.isTorn = sum != stated }
        deliver(&notes, body, strange: strange)
    }

    /// Hands on one that was read from a file. Whoever made it may have left fields out (`--output-fields`): it is
    /// torn only where it lacks what nobody leaves out.
    mutating func read(
        _ other: JournalEntry, _ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void,
        strange: (StrangeRecord) -> Void
    ) {
        begin()
        for field in other.fields { take(field) }
        entry.isTorn = other.isTorn && Self.stamps.contains { entry.text($0.name) == nil }
        deliver(&notes, body, strange: strange)
    }

    /// Who wrote the entry that the journal is at, be it a record or not.
    mutating func writer(of journal: Journal) throws(LinuxError) -> EntryWriter {
        begin()
        try journal.forEachField { take($0) }
        return writer
    }

    /// Takes `NAME=value`; fields that no record has are passed over without a copy.
    private mutating func take(_ field: RawSpan) {
        guard field.byteCount > 3 else { return }
        let first = unsafe field.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        let second = unsafe field.unsafeLoad(fromByteOffset: 1, as: UInt8.self)
        // DOE_…, MESSAGE…, PRIORITY, SYSLOG_IDENTIFIER, _UID, _SYSTEMD_UNIT, _MACHINE_ID and _HOSTNAME.
        switch (first, second) {
        case (UInt8(ascii: "D"), UInt8(ascii: "O")), (UInt8(ascii: "M"), UInt8(ascii: "E")),
            (UInt8(ascii: "P"), UInt8(ascii: "R")), (UInt8(ascii: "S"), UInt8(ascii: "Y")),
            (UInt8(ascii: "_"), UInt8(ascii: "U")), (UInt8(ascii: "_"), UInt8(ascii: "S")),
            (UInt8(ascii: "_"), UInt8(ascii: "M")), (UInt8(ascii: "_"), UInt8(ascii: "H")):
            break
        default: return
        }
        unsafe field.withUnsafeBytes { bytes in
            guard let equals = unsafe bytes.firstIndex(of: UInt8(ascii: "=")) else { return }
            let name = unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<equals]), as: UTF8.self)
            guard !name.hasPrefix("_S") || name == "_SYSTEMD_UNIT" else { return }
            let value = unsafe Array(bytes[(equals + 1)...].prefix(Self.valueLimit))
            take(JournalEntry.Field(name: name, value: value))
        }
    }

    private mutating func take(_ field: JournalEntry.Field) {
        switch field.name {
        // journald takes no such field from a client; of two the one that is not root's counts.
        case "_UID": uid = max(uid ?? 0, UInt32(String(decoding: field.value, as: UTF8.self)) ?? .max)
        case "_SYSTEMD_UNIT": units.insert(String(decoding: field.value, as: UTF8.self))
        case "_MACHINE_ID": machine = String(decoding: field.value, as: UTF8.self)
        case "_HOSTNAME": host = String(decoding: field.value, as: UTF8.self)
        case "DOE_EVENT":
            isOurs = true
            entry.fields.append(field)
        default: entry.fields.append(field)
        }
    }

    /// Hands the record on. An entry without DOE_EVENT is something else that the daemon said: no record. Nor is one
    /// that is torn: it says less than was written. Its number is missing where it does not stand elsewhere.
    private func deliver(_ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void, strange: (StrangeRecord) -> Void) {
        guard isOurs else { return }
        guard !entry.isTorn else {
            notes.torn.append(TornNumber(key: key, sequence: sequence))
            return
        }
        do throws(RecordError) {
            body(
                TrailEntry(
                    record: try Record(entry), found: entry.recordContent, writer: writer, host: host))
        } catch {
            // What others write in our name must not pass for damage to what we wrote.
            guard writer.isBelievable else {
                notes.foreign[uid, default: 0] += 1
                return
            }
            if let strangeRecord { return strange(strangeRecord) }
            notes.unreadable += 1
            notes.note(error.description)
        }
    }

    /// Of two units neither is believed.
    private var writer: EntryWriter {
        EntryWriter(uid: uid, unit: units.count == 1 ? units.first : nil, machine: machine)
    }

    private var key: TrailKey? {
        entry.text(Field.instance.name).map { TrailKey(machine: machine, instance: $0) }
    }

    private var sequence: UInt64? { entry.text(Field.sequence.name).flatMap { UInt64($0) } }

    /// An event that came with a newer schema is no damage; its number still counts.
    private var strangeRecord: StrangeRecord? {
        guard let schema = entry.text(Field.schema.name).flatMap({ Int($0) }), schema > Record.schema,
            let key, let sequence
        else { return nil }
        return StrangeRecord(
            key: key, sequence: sequence, chainText: entry.text(Field.chain.name),
            time: entry.text(Field.time.name).flatMap { UInt64($0) })
    }
}
