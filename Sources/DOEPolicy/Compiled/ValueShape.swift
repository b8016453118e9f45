internal import DOEWords

/// The form that all values of a key have, to refuse patterns that no value could ever match.
struct ValueShape: Hashable, Sendable {
    /// A kind of character.
    enum Kind: Hashable, Sendable {
        case any
        case hex
        case decimal
        /// Any of these.
        case among(String)
        /// What a file's name may have.
        case fileName
        /// What a unit's name may have.
        case unit
        /// Letters, digits and what else a mailbox's name may have.
        case name
        case byte(UInt8)

        func accepts(_ byte: UInt8) -> Bool {
            switch self {
            case .any: true
            case .hex: byte.isLowercaseHexDigit
            case .decimal: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            case .among(let bytes): bytes.utf8.contains(byte)
            case .fileName: byte != UInt8(ascii: "/")
            case .unit: SystemUnit.isCharacter(byte)
            case .name:
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || Kind.decimal.accepts(byte)
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
            case .byte(let only): byte == only
            }
        }
    }

    /// A part of the form.
    enum Part: Hashable, Sendable {
        case one(Kind)
        case optional(Kind)
        case many(Kind)
    }

    let parts: [Part]

    /// Whether some text of this form matches the glob: both walked at once, every pair of positions once.
    func allows(_ glob: Glob) -> Bool {
        let width = parts.count + 1
        var seen = Array(repeating: false, count: (glob.elements.count + 1) * width)
        var waiting = [(element: 0, part: 0)]
        while let (element, part) = waiting.popLast() {
            guard !seen[element * width + part] else { continue }
            seen[element * width + part] = true
            if element == glob.elements.count && part == parts.count { return true }
            let isStar = element < glob.elements.count && glob.elements[element] == Glob.many
            if isStar { waiting.append((element + 1, part)) }
            guard part < parts.count else { continue }
            let (kind, repeats, mayLack) = parts[part].rule
            if mayLack { waiting.append((element, part + 1)) }
            if element < glob.elements.count, glob.canTake(kind, at: element) {
                waiting.append((isStar ? element : element + 1, repeats ? part : part + 1))
            }
        }
        return false
    }

    /// Letters of fixed text as parts.
    static func text(_ text: String) -> [Part] { text.utf8.map { .one(.byte($0)) } }

    static func hex(_ digits: Int) -> [Part] { Array(repeating: .one(.hex), count: digits) }
}

extension ValueShape.Part {
    var rule: (kind: ValueShape.Kind, repeats: Bool, mayLack: Bool) {
        switch self {
        case .one(let kind): (kind, false, false)
        case .optional(let kind): (kind, false, true)
        case .many(let kind): (kind, true, true)
        }
    }
}

extension Glob {
    /// Whether the element may stand for a character of this kind.
    fileprivate func canTake(_ kind: ValueShape.Kind, at index: Int) -> Bool {
        if elements[index] < Self.one { return kind.accepts(UInt8(truncatingIfNeeded: elements[index])) }
        if stopsAtSlash, case .byte(UInt8(ascii: "/")) = kind { return false }
        return true
    }
}
