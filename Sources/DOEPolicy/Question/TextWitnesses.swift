/// Finds one text for each way in which the texts of a form can match patterns.
///
/// All patterns and forms are walked at once, character by character, as one machine whose state is where each of them
/// stands. Every state that can be reached is looked at once, so no way is missed. Of characters that no pattern and no
/// form tells apart one is tried for all.
struct TextWitnesses {
    /// More states than this are not walked.
    static let stateLimit = 20_000

    private enum Symbol: Equatable {
        case character(Unicode.Scalar)
        case one
        case many
    }

    private struct Position: Hashable, Comparable {
        let index: Int32
        let place: Int32

        static func < (left: Self, right: Self) -> Bool { (left.index, left.place) < (right.index, right.place) }
    }

    private struct State: Hashable {
        var patterns: [Position]
        var shapes: [Position]
        /// Of the characters behind the last full stop: a vendor id is whole bytes, two digits each.
        var isOdd = false
    }

    private let patterns: [[Symbol]]
    private let shapes: [ValueShape]
    private let stopsAtSlash: Bool

    init(_ globs: [Glob], of shapes: [ValueShape]) {
        patterns = globs.map(Self.symbols)
        self.shapes = shapes
        stopsAtSlash = globs.contains { $0.stopsAtSlash }
    }

    /// The texts; `nil` where there are too many states, or more places to look at than `steps`, which becomes what is
    /// left. `isValue` is asked which of two is better to have.
    func find(steps: inout Int, isValue: (String) -> Bool) -> [String]? {
        let alphabet = alphabet
        var found: [[Int32]: String] = [:]
        var order: [[Int32]] = []
        let start = State(
            patterns: close(patterns.indices.map { Position(index: Int32($0), place: 0) }),
            shapes: close(shapes: shapes.indices.map { Position(index: Int32($0), place: 0) }))
        var seen: Set<State> = [start]
        var waiting = [(state: start, text: "")]
        var next = 0
        while next < waiting.count {
            let (state, text) = waiting[next]
            next += 1
            if isWhole(state) {
                let matched = state.patterns.filter { Int($0.place) == patterns[Int($0.index)].count }.map(\.index)
                if found[matched] == nil { order.append(matched) }
                if found[matched].map({ !isValue($0) && isValue(text) }) != false { found[matched] = text }
            }
            steps -= (state.patterns.count + state.shapes.count + 1) * alphabet.count
            guard steps >= 0 else { return nil }
            for character in alphabet {
                let after = step(state, character)
                guard !after.shapes.isEmpty, seen.insert(after).inserted else { continue }
                guard seen.count <= Self.stateLimit else { return nil }
                waiting.append((after, text + String(Character(character))))
            }
        }
        return order.compactMap { found[$0] }
    }

    private func isWhole(_ state: State) -> Bool {
        state.shapes.contains { Int($0.place) == shapes[Int($0.index)].parts.count }
    }

    private static func symbols(_ glob: Glob) -> [Symbol] {
        var symbols: [Symbol] = []
        var bytes: [UInt8] = []
        func flush() {
            symbols += String(decoding: bytes, as: UTF8.self).unicodeScalars.map { .character($0) }
            bytes = []
        }
        for element in glob.elements {
            guard element >= Glob.one else {
                bytes.append(UInt8(truncatingIfNeeded: element))
                continue
            }
            flush()
            symbols.append(element == Glob.one ? .one : .many)
        }
        flush()
        return symbols
    }
}

// MARK: The machine

extension TextWitnesses {
    private func step(_ state: State, _ character: Unicode.Scalar) -> State {
        let passes = !stopsAtSlash || character != "/"
        let moved = state.patterns.compactMap { position -> Position? in
            let pattern = patterns[Int(position.index)]
            guard position.place < pattern.count else { return nil }
            switch pattern[Int(position.place)] {
            case .many: return passes ? position : nil
            case .one: return passes ? Position(index: position.index, place: position.place + 1) : nil
            case let symbol:
                return symbol == .character(character)
                    ? Position(index: position.index, place: position.place + 1) : nil
            }
        }
        var inside = state.shapes
        for byte in String(Character(character)).utf8 { inside = close(shapes: step(shapes: inside, byte)) }
        return State(patterns: close(moved), shapes: inside, isOdd: character != "." && !state.isOdd)
    }

    private func step(shapes positions: [Position], _ byte: UInt8) -> [Position] {
        positions.compactMap { position in
            let parts = shapes[Int(position.index)].parts
            guard position.place < parts.count else { return nil }
            let (kind, repeats, _) = parts[Int(position.place)].rule
            guard kind.accepts(byte) else { return nil }
            return repeats ? position : Position(index: position.index, place: position.place + 1)
        }
    }

    /// With what can be reached without a character: a star may stand for nothing.
    private func close(_ positions: [Position]) -> [Position] {
        close(positions) { position in
            let pattern = patterns[Int(position.index)]
            return position.place < pattern.count && pattern[Int(position.place)] == .many
        }
    }

    private func close(shapes positions: [Position]) -> [Position] {
        close(positions) { position in
            let parts = shapes[Int(position.index)].parts
            return position.place < parts.count && parts[Int(position.place)].rule.mayLack
        }
    }

    private func close(_ positions: [Position], _ maySkip: (Position) -> Bool) -> [Position] {
        var all = Set(positions)
        var waiting = positions
        while let position = waiting.popLast() {
            guard maySkip(position) else { continue }
            let next = Position(index: position.index, place: position.place + 1)
            if all.insert(next).inserted { waiting.append(next) }
        }
        return all.sorted()
    }
}

// MARK: Its characters

extension TextWitnesses {
    /// Those that patterns name, and one of each kind of others.
    private var alphabet: [Unicode.Scalar] {
        var named: [Unicode.Scalar] = []
        for case .character(let character) in patterns.joined() where !named.contains(character) {
            named.append(character)
        }
        let kinds = shapes.flatMap { shape in shape.parts.map(\.rule.kind) }
        var kindsSeen: Set<[Bool]> = []
        let others = Self.ordinary.filter { character in
            guard !named.contains(character) else { return false }
            let signature = kinds.map { $0.accepts(UInt8(ascii: character)) } + [character == "/"]
            return kindsSeen.insert(signature).inserted
        }
        return named + others
    }

    /// Letters and digits first: of texts that make no difference these are the easiest to read.
    private static let ordinary: [Unicode.Scalar] =
        Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)
        + Array("-_.:@/\\!#$%&'()*+,;<=>?[]^`{|}~\"".unicodeScalars)
}
