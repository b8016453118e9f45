/// A record's fields, to be found again in an entry of the journal, whatever their order is there.
public struct RecordFields {
    private let bytes: [UInt8]
    /// Where each `NAME=value` stands; the name and the value apart, since the native protocol parts them where the
    /// value holds a newline.
    private var fields: [(name: Range<Int>, value: Range<Int>)] = []
    private var isFound: [Bool]
    private var isForeign = false

    /// Of a record in the native protocol.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = start..<end
            if let equals = bytes[line].firstIndex(of: UInt8(ascii: "=")) {
                fields.append((start..<equals, (equals + 1)..<end))
                start = end + 1
            } else {
                guard end + 9 <= bytes.count else { break }
                let length = bytes[(end + 1)..<(end + 9)].reversed().reduce(0) { $0 << 8 | Int($1) }
                fields.append((line, (end + 9)..<(end + 9 + length)))
                start = end + 10 + length
            }
        }
        isFound = Array(repeating: false, count: fields.count)
    }

    /// Takes a field of the entry. One that the record does not have makes it another one, where it has a name of
    /// ours; what journald or a unit's settings add does not.
    public mutating func take(_ field: RawSpan) {
        unsafe field.withUnsafeBytes { field in
            guard unsafe field.first != UInt8(ascii: "_"),
                let equals = unsafe field.firstIndex(of: UInt8(ascii: "="))
            else { return }
            let name = unsafe field[..<equals]
            let value = unsafe field[(equals + 1)...]
            let length = unsafe value.count
            for (place, candidate) in fields.enumerated() where candidate.value.count == length {
                guard unsafe bytes[candidate.name].elementsEqual(name),
                    unsafe bytes[candidate.value].elementsEqual(value)
                else { continue }
                isFound[place] = true
                return
            }
            if unsafe Record.place(of: String(decoding: name, as: UTF8.self)) != nil { isForeign = true }
        }
    }

    /// Whether the entry was this record: each field of it, and no other of ours.
    public var areAll: Bool { !isForeign && isFound.allSatisfy(\.self) }
}
