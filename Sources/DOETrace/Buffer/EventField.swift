/// One line of an event's `format`: where a field is, and what it is.
///
/// `field:__data_loc char[] name;	offset:20;	size:4;	signed:1;`
public struct EventField: Hashable, Sendable {
    /// What the bytes of a field are.
    public enum Kind: Hashable, Sendable {
        /// A number.
        case number
        /// So many things of one size, one after the other.
        case array(count: Int)
        /// `__data_loc`: where the bytes are, from the event's beginning [15:0], and how many [31:16].
        case elsewhere
        /// `__rel_data_loc`: the same, counted from the end of this field.
        case elsewhereFromHere
    }

    /// Its name.
    public let name: String
    /// Bytes from the event's beginning.
    public let offset: Int
    /// Bytes.
    public let size: Int
    /// Whether its numbers can be negative.
    public let isSigned: Bool
    /// What its bytes are.
    public let kind: Kind

    /// The most that an event can be: it must fit into a page of the ring buffer.
    private static let mostBytes = 1 << 20

    /// Reads such a line; `nil` where it is another one, or says what cannot be.
    init?(line: some StringProtocol) {
        let parts = line.split(separator: ";").map { $0.drop { $0 == " " || $0 == "\t" } }
        guard let declaration = parts.first, declaration.hasPrefix("field:") else { return nil }
        func value(_ key: String) -> Int? {
            parts.first { $0.hasPrefix(key) }.flatMap { Int($0.dropFirst(key.count)) }
        }
        let words = declaration.dropFirst("field:".count).split(separator: " ")
        guard let last = words.last, let offset = value("offset:"), let size = value("size:"),
            (0...Self.mostBytes).contains(offset), (0...Self.mostBytes).contains(size)
        else { return nil }
        let named = last.split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
        self.name = String(named[0])
        self.offset = offset
        self.size = size
        self.isSigned = value("signed:") == 1
        if words.contains("__data_loc") {
            kind = .elsewhere
        } else if words.contains("__rel_data_loc") {
            kind = .elsewhereFromHere
        } else if named.count == 2 {
            kind = .array(count: Int(named[1].prefix { $0 != "]" }) ?? 0)
        } else {
            kind = .number
        }
    }
}
