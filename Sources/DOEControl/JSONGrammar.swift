/// The grammar of JSON (RFC 8259), to the letter: no comma behind the last element, no byte order mark, no second key
/// of one name.
///
/// The decoder forgives some of this, and what one reader forgives another one reads otherwise. What asks to change
/// something must mean the same to everybody.
struct JSONGrammar {
    /// Where a text stops to be JSON, and why.
    struct Fault: Error, Equatable {
        /// The bytes before it.
        let offset: Int
        let problem: String
    }

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Walks through a message that ``CallBounds`` lets pass, so no deeper than that allows.
    static func check(_ message: [UInt8]) throws(Fault) {
        guard !message.starts(with: [0xef, 0xbb, 0xbf]) else {
            throw Fault(offset: 0, problem: "a byte order mark, which JSON on a wire has not")
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: message.span)
        } catch {
            throw Fault(offset: error.byteOffsets.lowerBound, problem: "a byte that is no UTF-8")
        }
        var grammar = Self(message)
        try grammar.value()
        guard grammar.next == nil else { throw grammar.fault("more than one value") }
    }

    /// The next byte that is no blank.
    private var next: UInt8? {
        mutating get {
            while let byte = byte, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { index += 1 }
            return byte
        }
    }

    private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func fault(_ problem: String) -> Fault { Fault(offset: index, problem: problem) }

    private mutating func value() throws(Fault) {
        guard let first = next else { throw fault("the end, where a value should stand") }
        switch first {
        case UInt8(ascii: "{"):
            var keys: Set<[UInt8]> = []
            try list(until: UInt8(ascii: "}")) { (grammar) throws(Fault) in try grammar.member(&keys) }
        case UInt8(ascii: "["):
            try list(until: UInt8(ascii: "]")) { (grammar) throws(Fault) in try grammar.value() }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw fault("what begins no value")
        }
    }

    /// Elements with commas between them, from the bracket that opens to the one that closes.
    private mutating func list(until end: UInt8, _ element: (inout Self) throws(Fault) -> Void) throws(Fault) {
        index += 1
        if next == end { return index += 1 }
        while true {
            try element(&self)
            switch next {
            case end: return index += 1
            case UInt8(ascii: ","):
                let comma = index
                index += 1
                guard next != end else { throw Fault(offset: comma, problem: "a comma behind the last element") }
            case nil: throw fault("the end, where a bracket should close")
            default: throw fault("no comma between two elements")
            }
        }
    }

    private mutating func member(_ keys: inout Set<[UInt8]>) throws(Fault) {
        guard next == UInt8(ascii: "\"") else { throw fault("no key in quotes") }
        let start = index
        guard keys.insert(try text()).inserted else { throw Fault(offset: start, problem: "a second key of this name") }
        guard next == UInt8(ascii: ":") else { throw fault("no colon behind a key") }
        index += 1
        try value()
    }

    /// A text with its quotes; its bytes as they are written.
    private mutating func text() throws(Fault) -> [UInt8] {
        let start = index
        index += 1
        while let byte = byte, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fault("a control character in a text") }
            index += 1
            if byte == UInt8(ascii: "\\") { try escape() }
        }
        guard byte != nil else { throw fault("the end, where a text should end") }
        index += 1
        return Array(bytes[start..<index])
    }

    private mutating func escape() throws(Fault) {
        guard let letter = byte, "\"\\/bfnrtu".utf8.contains(letter) else { throw fault("an unknown escape in a text") }
        index += 1
        guard letter == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let digit = byte, "0123456789abcdefABCDEF".utf8.contains(digit) else {
                throw fault("no four hexadecimal digits behind \\u")
            }
            index += 1
        }
    }

    private mutating func word(_ word: String) throws(Fault) {
        guard bytes[index...].starts(with: word.utf8) else { throw fault("what begins no value") }
        index += word.utf8.count
    }

    private mutating func number() throws(Fault) {
        if byte == UInt8(ascii: "-") { index += 1 }
        if byte == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if byte == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            index += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        let start = index
        while let byte = byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw fault("a number that lacks a digit") }
    }
}
