/// One alternative of a value, its sets already expanded: bytes, `?` and `*`.
struct Glob: Hashable, Sendable {
    /// A byte, or `one` or `many`.
    typealias Element = UInt16

    /// `?`: one character.
    static let one: Element = 0x100
    /// `*`: any number of characters, none too.
    static let many: Element = 0x101

    let elements: [Element]
    /// In paths neither `*` nor `?` goes over a `/`.
    let stopsAtSlash: Bool

    /// The text where there is no `*` or `?`.
    var literal: String? {
        guard elements.allSatisfy({ $0 < Self.one }) else { return nil }
        return String(decoding: elements.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }

    /// Whether the whole text matches.
    ///
    /// One star is remembered at a time: what an earlier star could still take, the later one could too. That holds
    /// with `stopsAtSlash` as well, since the slashes of pattern and text then correspond one to one.
    func matches(_ text: String) -> Bool {
        let text = text.utf8.span
        var element = 0
        var position = 0
        var star: (element: Int, position: Int)?
        while position < text.count || element < elements.count {
            if element < elements.count, elements[element] == Self.many {
                star = (element, position)
                element += 1
            } else if element < elements.count, position < text.count,
                let length = length(of: elements[element], at: position, in: text)
            {
                element += 1
                position += length
            } else if let last = star, last.position < text.count, passes(text[last.position]) {
                star = (last.element, last.position + 1)
                element = last.element + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return true
    }

    /// How many bytes an element takes of the text; `nil` where it does not match.
    private func length(of element: Element, at position: Int, in text: Span<UInt8>) -> Int? {
        guard element == Self.one else { return element == UInt16(text[position]) ? 1 : nil }
        guard passes(text[position]) else { return nil }
        var end = position + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return end - position
    }

    private func passes(_ byte: UInt8) -> Bool { !stopsAtSlash || byte != UInt8(ascii: "/") }
}

extension Glob: CustomStringConvertible {
    /// The pattern as it is written.
    var description: String {
        let bytes = elements.map { element -> UInt8 in
            switch element {
            case Self.one: UInt8(ascii: "?")
            case Self.many: UInt8(ascii: "*")
            default: UInt8(truncatingIfNeeded: element)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
