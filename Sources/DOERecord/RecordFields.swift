internal import Glibc

/// A record's fields, to be found again in an entry of the journal, whatever their order is there.
public struct RecordFields {
    /// A `NAME=value`; the name and the value apart, since the native protocol parts them where the value holds a
    /// newline.
    private struct Place {
        let name: Range<Int>
        let value: Range<Int>
        /// The one before it in its bucket.
        let before: Int?
        var isFound = false
    }

    private let bytes: [UInt8]
    private var places: [Place] = []
    /// The last place of each bucket. Few fields share one, so that what comes is compared with one or two.
    private var buckets: [Int?] = Array(repeating: nil, count: 64)
    private var isForeign = false

    /// Of a record in the native protocol.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        places.reserveCapacity(64)
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = start..<end
            if let equals = bytes[line].firstIndex(of: UInt8(ascii: "=")) {
                add(start..<equals, (equals + 1)..<end)
                start = end + 1
            } else {
                guard end + 9 <= bytes.count else { break }
                let length = bytes[(end + 1)..<(end + 9)].reversed().reduce(0) { $0 << 8 | Int($1) }
                add(line, (end + 9)..<(end + 9 + length))
                start = end + 10 + length
            }
        }
    }

    /// Takes a field of the entry. One that the record does not have makes it another one, where it has a name of
    /// ours; what journald or a unit's settings add does not.
    public mutating func take(_ field: RawSpan) {
        unsafe field.withUnsafeBytes { field in
            guard unsafe field.first != UInt8(ascii: "_"),
                let equals = unsafe field.firstIndex(of: UInt8(ascii: "="))
            else { return }
            let name = unsafe UnsafeRawBufferPointer(rebasing: field[..<equals])
            let value = unsafe UnsafeRawBufferPointer(rebasing: field[(equals + 1)...])
            var candidate = unsafe buckets[Self.bucket(name.count, value.count, value.last)]
            while let place = candidate {
                if unsafe isSame(name, places[place].name), unsafe isSame(value, places[place].value) {
                    places[place].isFound = true
                    return
                }
                candidate = places[place].before
            }
            if unsafe Record.place(of: String(decoding: name, as: UTF8.self)) != nil { isForeign = true }
        }
    }

    /// Whether the entry was this record: each field of it, and no other of ours.
    public var areAll: Bool { !isForeign && places.allSatisfy(\.isFound) }

    private mutating func add(_ name: Range<Int>, _ value: Range<Int>) {
        let bucket = Self.bucket(name.count, value.count, bytes[value].last)
        places.append(Place(name: name, value: value, before: buckets[bucket]))
        buckets[bucket] = places.count - 1
    }

    private static func bucket(_ nameCount: Int, _ valueCount: Int, _ last: UInt8?) -> Int {
        (nameCount &* 7 &+ valueCount &+ Int(last ?? 0)) & 63
    }

    private func isSame(_ theirs: UnsafeRawBufferPointer, _ ours: Range<Int>) -> Bool {
        guard theirs.count == ours.count else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let theirs = theirs.baseAddress, let bytes = bytes.baseAddress else { return true }
            return unsafe memcmp(theirs, bytes + ours.lowerBound, ours.count) == 0
        }
    }
}
