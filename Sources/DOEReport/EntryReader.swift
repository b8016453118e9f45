internal import DOERecord
internal import DOEWords

/// Picks a record's fields out of an entry.
struct EntryReader {
    private var entry = JournalEntry()
    private var writerUID: UInt32?
    private var isOurs = false

    mutating func begin() {
        entry.fields.removeAll(keepingCapacity: true)
        writerUID = nil
        isOurs = false
    }

    /// Takes `NAME=value`; fields that no record has are passed over without a copy.
    mutating func take(_ field: RawSpan) {
        guard field.byteCount > 3 else { return }
        let first = unsafe field.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        let second = unsafe field.unsafeLoad(fromByteOffset: 1, as: UInt8.self)
        // DOE_…, MESSAGE, PRIORITY and _UID.
        switch (first, second) {
        case (UInt8(ascii: "D"), UInt8(ascii: "O")), (UInt8(ascii: "M"), UInt8(ascii: "E")),
            (UInt8(ascii: "P"), UInt8(ascii: "R")), (UInt8(ascii: "_"), UInt8(ascii: "U")):
            break
        default: return
        }
        unsafe field.withUnsafeBytes { bytes in
            guard let equals = unsafe bytes.firstIndex(of: UInt8(ascii: "=")) else { return }
            let name = unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<equals]), as: UTF8.self)
            let value = unsafe Array(UnsafeRawBufferPointer(rebasing: bytes[(equals + 1)...]))
            take(JournalEntry.Field(name: name, value: value))
        }
    }

    mutating func take(_ field: JournalEntry.Field) {
        switch field.name {
        case "_UID": writerUID = UInt32(String(decoding: field.value, as: UTF8.self))
        case "DOE_EVENT":
            isOurs = true
            entry.fields.append(field)
        default: entry.fields.append(field)
        }
    }

    /// Hands the record on. An entry without DOE_EVENT is something else that the daemon said: no record.
    func deliver(_ notes: inout ReadingNotes, _ body: (TrailEntry) -> Void) {
        guard isOurs else { return }
        do throws(RecordError) {
            body(TrailEntry(record: try Record(entry), writerUID: writerUID))
        } catch {
            // What others write in our name must not pass for damage to what we wrote.
            if let writerUID, writerUID != 0 {
                notes.foreign[writerUID, default: 0] += 1
                return
            }
            notes.unreadable += 1
            notes.note(error.description)
        }
    }
}
