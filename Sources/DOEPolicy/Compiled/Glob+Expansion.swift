extension RuleValue {
    /// A value's alternatives.
    struct Alternatives {
        /// The word `none` was among them, without quotes.
        var none = false
        /// All others.
        var globs: [Glob] = []
        /// Which of these stand in quotes: what looks like a number is a name there.
        var quoted: Set<Int> = []
    }

    /// Why a value was not expanded.
    enum ExpansionError: Error {
        /// More alternatives, or more characters, than `RuleLimits` allows.
        case tooMany
    }

    /// Writes out the sets: `{a,b}{c,d}` is ac, ad, bc, bd.
    func alternatives(stopsAtSlash: Bool) throws(ExpansionError) -> Alternatives {
        var result = Alternatives()
        switch self {
        case .range, .named: break
        case .quoted(let string):
            result.globs = [Glob(literal: string, stopsAtSlash: stopsAtSlash)]
            result.quoted = [0]
        case .pattern(let pieces):
            for elements in try Self.expand(pieces) {
                if elements == Self.noneWord {
                    result.none = true
                    continue
                }
                if elements.first == Self.quote { result.quoted.insert(result.globs.count) }
                let bare = elements.contains(Self.quote) ? elements.filter { $0 != Self.quote } : elements
                result.globs.append(Glob(elements: bare, stopsAtSlash: stopsAtSlash))
            }
        }
        return result
    }

    private static let noneWord = Array("none".utf8.map(UInt16.init))
    /// Stands before what was in quotes, as long as that matters.
    fileprivate static let quote: Glob.Element = 0x102

    private static func expand(_ pieces: [Piece]) throws(ExpansionError) -> [[Glob.Element]] {
        var results: [[Glob.Element]] = [[]]
        for piece in pieces {
            let parts = piece.parts
            guard results.count * parts.count <= RuleLimits.alternatives else { throw .tooMany }
            if parts.count == 1 {
                for index in results.indices { join(parts[0], to: &results[index]) }
            } else {
                results = results.flatMap { result in
                    parts.map { part in
                        var joined = result
                        join(part, to: &joined)
                        return joined
                    }
                }
            }
            guard results.reduce(0, { $0 + $1.count }) <= RuleLimits.expandedBytes else { throw .tooMany }
        }
        return results
    }

    /// Puts a part behind another; two stars that meet are one. Long rows of stars would make matching slow.
    private static func join(_ part: [Glob.Element], to result: inout [Glob.Element]) {
        result += result.last == Glob.many && part.first == Glob.many ? part.dropFirst() : part[...]
    }
}

extension RuleValue.Piece {
    /// What the piece may stand for; one entry except for a set.
    fileprivate var parts: [[Glob.Element]] {
        switch self {
        case .text(let text): [text.utf8.map(UInt16.init)]
        case .one: [[Glob.one]]
        case .many: [[Glob.many]]
        case .quoted(let text): [[RuleValue.quote] + text.utf8.map(UInt16.init)]
        case .set(let alternatives): alternatives.map { $0.flatMap { $0.parts.first ?? [] } }
        }
    }
}
