/// Reads the Journal Export Format piece by piece, in bounded memory whatever comes.
///
/// Feed it bytes, take items until `next` gives `nil`, feed more; `finish` at the end. After damage it goes on
/// behind the next empty line. A value of more than `valueLimit` bytes (a core dump in a whole journal) and
/// fields past `fieldLimit` are left out: none of ours is. A record's own fields, and those that tell who wrote it,
/// are kept wherever they stand, and so is a second value of one: nobody hides them behind others.
public struct JournalExportParser: Sendable {
    /// What was found.
    public enum Item: Hashable, Sendable {
        /// A whole entry.
        case entry(JournalEntry)
        /// Bytes that are no entry; what had been read of this entry is dropped.
        case damage(JournalFormatError)
    }

    /// Longer values are left out, bytes.
    public static let valueLimit = 65_536
    /// More fields of one entry are left out.
    public static let fieldLimit = 512
    private static let nameLimit = 64
    /// Beside a record's own fields: what journald says of it.
    private static let needed: Set<String> = [
        "_UID", "_SYSTEMD_UNIT", "_MACHINE_ID", "_HOSTNAME", "__REALTIME_TIMESTAMP",
    ]
    /// Stands for a value that is too long to keep. It is no text, so no record has it.
    private static let tooLong: [UInt8] = [0xff]

    private enum State {
        case line
        /// A line without end that is too long to keep.
        case skippingLine
        case length(name: String)
        case value(name: String, count: Int)
        /// The rest of a value that is too long to keep, its newline included.
        case skippingValue(left: UInt64)
        /// After damage: everything up to an empty line.
        case resynchronising
    }

    private var state = State.line
    private var buffer: [UInt8] = []
    /// What of the buffer has been used up.
    private var used = 0
    /// How far past `used` there is no newline.
    private var searched = 0
    /// The stream's offset of the buffer's first byte.
    private var base: UInt64 = 0
    private var entry = JournalEntry()
    /// Over what the entry had so far; `nil` where it is not known of all.
    private var sum: JournalEntrySum? = JournalEntrySum()
    /// What its cursor says.
    private var stated: JournalEntrySum?

    /// A parser at offset 0.
    public init() {}

    /// Adds bytes to what is there.
    public mutating func feed(_ bytes: some Collection<UInt8>) {
        buffer.removeFirst(used)
        base += UInt64(used)
        used = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next entry or damage; `nil` when more bytes are needed.
    public mutating func next() -> Item? {
        while true {
            do throws(JournalFormatError) {
                switch try step() {
                case .item(let item): return item
                case .goOn: continue
                case .needsMore: return nil
                }
            } catch {
                _ = takeEntry()
                state = .resynchronising
                return .damage(error)
            }
        }
    }

    /// After the last byte and the last item: the entry that no empty line ended, or damage where the bytes stop
    /// inside a field.
    public mutating func finish() -> Item? {
        defer {
            base += UInt64(buffer.count)
            buffer = []
            (used, searched, state) = (0, 0, .line)
            _ = takeEntry()
        }
        switch state {
        case .resynchronising: return nil
        case .line where used == buffer.count: return entry.fields.isEmpty ? nil : .entry(takeEntry())
        default:
            return .damage(
                JournalFormatError(offset: base + UInt64(buffer.count), problem: "the bytes end inside a field"))
        }
    }

    private enum Step {
        case item(Item)
        case goOn
        case needsMore
    }

    private mutating func step() throws(JournalFormatError) -> Step {
        switch state {
        case .line: try line()
        case .skippingLine: skipLine()
        case .length(let name): length(of: name)
        case .value(let name, let count): try value(of: name, count: count)
        case .skippingValue(let left): skipValue(left: left)
        case .resynchronising: resynchronise()
        }
    }

    private var available: Int { buffer.count - used }
    private var offset: UInt64 { base + UInt64(used) }

    private mutating func use(_ count: Int) {
        used += count
        searched = 0
    }

    /// The line's length without its newline; `nil` where its end has not come.
    private mutating func lineLength() -> Int? {
        let start = used + searched
        guard let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = available
            return nil
        }
        return end - used
    }

    private mutating func line() throws(JournalFormatError) -> Step {
        guard let length = lineLength() else {
            guard available > Self.nameLimit + 1 + Self.valueLimit else { return .needsMore }
            leaveOut(try name(in: buffer[used...]))
            state = .skippingLine
            return .goOn
        }
        let text = buffer[used..<used + length]
        guard !text.isEmpty else {
            use(1)
            let isEmpty = entry.fields.isEmpty
            let entry = takeEntry()
            return isEmpty ? .goOn : .item(.entry(entry))
        }
        let name = try name(in: text)
        let nameLength = name.utf8.count
        if nameLength == length {
            state = .length(name: name)
        } else if length - nameLength - 1 <= Self.valueLimit {
            count(name, text)
            add(name, Array(text.dropFirst(nameLength + 1)))
        } else {
            leaveOut(name)
        }
        use(length + 1)
        return .goOn
    }

    /// The field name at a line's start, checked: capitals, digits and underscores.
    private func name(in text: ArraySlice<UInt8>) throws(JournalFormatError) -> String {
        let name = text.prefix(Self.nameLimit + 1).prefix { $0 != UInt8(ascii: "=") }
        let isName = name.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "_")
        }
        guard isName, (1...Self.nameLimit).contains(name.count) else {
            throw JournalFormatError(offset: offset, problem: "expected a field name and '='")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func add(_ name: String, _ value: [UInt8]) {
        guard entry.fields.count < Self.fieldLimit || isNeeded(name) else { return }
        entry.fields.append(JournalEntry.Field(name: name, value: value))
    }

    /// Each twice, and one that no record has: so many more are kept, and no more. That is enough to tell that
    /// somebody has put it there.
    private func isNeeded(_ name: String) -> Bool {
        if Self.needed.contains(name) || Record.hasField(name) {
            return entry.fields.count { $0.name == name } < 2
        }
        guard Record.place(of: name) != nil else { return false }
        return !entry.fields.reversed().contains {
            Record.place(of: $0.name) != nil && !Record.hasField($0.name)
        }
    }

    /// What begins with `__` is told of the entry, and does not stand in it (systemd.io, Journal Export Formats).
    private mutating func count(_ name: String, _ field: ArraySlice<UInt8>) {
        if name == "__CURSOR" {
            stated = JournalEntrySum(cursor: String(decoding: field, as: UTF8.self).dropFirst(name.utf8.count + 1))
        } else if !name.hasPrefix("__") {
            unsafe sum?.add(field.span.bytes)
        }
    }

    /// Begins a new one.
    private mutating func takeEntry() -> JournalEntry {
        if let sum, let stated { entry.isTorn = sum != stated }
        defer { (entry, sum, stated) = (JournalEntry(), JournalEntrySum(), nil) }
        return entry
    }

    /// A value of ours that is too long to keep has been there all the same.
    private mutating func leaveOut(_ name: String) {
        sum = nil
        if Record.place(of: name) != nil { add(name, Self.tooLong) }
    }

    private mutating func skipLine() -> Step {
        guard let length = lineLength() else {
            use(available)
            return .needsMore
        }
        use(length + 1)
        state = .line
        return .goOn
    }

    private mutating func length(of name: String) -> Step {
        guard available >= 8 else { return .needsMore }
        let count = buffer[used..<used + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        use(8)
        if count <= UInt64(Self.valueLimit) {
            state = .value(name: name, count: Int(count))
        } else {
            leaveOut(name)
            state = .skippingValue(left: count == .max ? count : count + 1)
        }
        return .goOn
    }

    private mutating func value(of name: String, count: Int) throws(JournalFormatError) -> Step {
        guard available > count else { return .needsMore }
        guard buffer[used + count] == UInt8(ascii: "\n") else {
            throw JournalFormatError(
                offset: offset + UInt64(count), problem: "expected a newline after \(name)'s value")
        }
        let value = buffer[used..<used + count]
        self.count(name, ArraySlice(name.utf8) + [UInt8(ascii: "=")] + value)
        add(name, Array(value))
        use(count + 1)
        state = .line
        return .goOn
    }

    private mutating func skipValue(left: UInt64) -> Step {
        let skipped = min(left, UInt64(available))
        use(Int(skipped))
        guard left == skipped else {
            state = .skippingValue(left: left - skipped)
            return .needsMore
        }
        state = .line
        return .goOn
    }

    private mutating func resynchronise() -> Step {
        guard let length = lineLength() else {
            // A line that is too long to be empty need not be kept.
            if available > 1 { use(available - 1) }
            return .needsMore
        }
        use(length + 1)
        if length == 0 { state = .line }
        return .goOn
    }
}
