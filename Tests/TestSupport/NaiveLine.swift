/// Takes a line apart as a reader would who knows of names only what docs/fields.md says of them.
public final class NaiveLine {
    /// A name as it was found.
    public enum Name: Hashable, Sendable {
        /// All of it.
        case whole([UInt8])
        /// Its beginning and its end.
        case cut([UInt8], [UInt8])

        /// Whether this is that name, or a piece of its beginning and of its end.
        public func isOf(_ name: some Sequence<UInt8>) -> Bool {
            let name = Array(name)
            return switch self {
            case .whole(let bytes): bytes == name
            case .cut(let begin, let end):
                begin.count + end.count < name.count && name.starts(with: begin)
                    && name.suffix(end.count).elementsEqual(end)
            }
        }

        /// What there is of it.
        public var bytes: [UInt8] {
            switch self {
            case .whole(let bytes): bytes
            case .cut(let begin, let end): begin + end
            }
        }
    }

    private var rest: ArraySlice<UInt8>

    /// The whole line.
    public init(_ text: String) { rest = Array(text.utf8)[...] }

    /// Whether nothing is left.
    public var isAtEnd: Bool { rest.isEmpty }

    /// What is left, for a message.
    public var remainder: String { String(decoding: rest, as: UTF8.self) }

    /// Whether these bytes are next.
    public func isNext(_ text: String) -> Bool { rest.starts(with: text.utf8) }

    /// Takes them; `false` where something else is next.
    public func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    /// Takes digits.
    public func number() -> UInt64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// Takes all up to these bytes, without them.
    public func word(before end: String) -> String? {
        for place in rest.indices where rest[place...].starts(with: end.utf8) {
            defer { rest = rest[place...] }
            return String(decoding: rest[..<place], as: UTF8.self)
        }
        return nil
    }

    /// Takes a name.
    public func name(quote: Character = "\"") -> Name? {
        guard isNext(String(quote)) else { return plain().map { .whole($0) } }
        guard let begin = quoted(quote) else { return nil }
        guard isNext("...\(quote)") else { return .whole(begin) }
        _ = take("...")
        return quoted(quote).map { .cut(begin, $0) }
    }

    private func plain() -> [UInt8]? {
        var bytes = Array(rest.prefix { Self.plainBytes.contains($0) })
        while let last = bytes.last, last == UInt8(ascii: ":") || last == UInt8(ascii: ".") { bytes.removeLast() }
        rest = rest.dropFirst(bytes.count)
        return bytes.isEmpty ? nil : bytes
    }

    private static let plainBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@~%".utf8)

    private func quoted(_ quote: Character) -> [UInt8]? {
        guard take(String(quote)) else { return nil }
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            if take(String(quote)) { return bytes }
            if take("\\x") {
                guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
                rest = rest.dropFirst(2)
                bytes.append(byte)
            } else if take("\\u{") {
                guard let digits = word(before: "}"), let value = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(value), take("}")
                else { return nil }
                bytes += Array(String(scalar).utf8)
            } else {
                _ = take("\\")
                bytes.append(rest.removeFirst())
            }
        }
        return nil
    }
}

extension SeededGenerator {
    /// What somebody might call a file so that a line says something else than it does: no zero byte, and no slash
    /// where none is wanted.
    public mutating func hostileName(path: Bool = false) -> [UInt8] {
        let pieces: [[UInt8]] = [
            Array("agent".utf8), Array(" ".utf8), Array("  ".utf8), Array("\"".utf8), Array("\\".utf8),
            Array("...".utf8),
            Array(" rule=".utf8), Array(", 90-doe-audit.rules:1".utf8), Array("[1]".utf8),
            Array(" of sshd.service".utf8),
            Array("\n".utf8), Array("\r".utf8), Array("\u{1b}[2K".utf8), Array("\u{a0}".utf8), Array("\u{202e}".utf8),
            Array("e\u{301}".utf8), Array("\u{301}".utf8), Array("東京".utf8), Array("\u{d4e}".utf8), Array("'".utf8),
            Array("\\x41".utf8), Array("\\u{41}".utf8), Array("\" for uid 0".utf8), [0xff], [0xc3], [0xe2, 0x80],
            [0xed, 0xa0, 0x80],
            Array("x.".utf8), Array("y:".utf8), Array("\u{7f}".utf8), Array("\u{85}".utf8), Array("\"...\"".utf8),
            Array("done; [new taint C]".utf8), bytes(3).filter { $0 != 0 && $0 != UInt8(ascii: "/") },
        ]
        var name = path ? Array("/".utf8) : []
        for _ in 0..<Int.random(in: 1...(once(in: 5) ? 120 : 6), using: &self) {
            if path, once(in: 4) { name += Array("/d".utf8) }
            name += pick(pieces)
        }
        return name
    }
}
