public import DOEWords

/// How often one letter was raised, and when. Times are wall clock, microseconds since 1970.
public struct TaintMark: Hashable, Sendable {
    /// When it was raised first.
    public var first: UInt64
    /// When it was raised last.
    public var last: UInt64
    /// How often.
    public var count: UInt64

    /// A mark from its parts.
    public init(first: UInt64, last: UInt64, count: UInt64) {
        self.first = first
        self.last = last
        self.count = count
    }
}

/// The marks of one place or subject, a letter each.
public struct TaintMarks: Hashable, Sendable {
    /// Keys are single letters.
    public private(set) var byLetter: [TaintLetters: TaintMark] = [:]

    init() {}

    /// All letters that are here.
    public var letters: TaintLetters { TaintLetters(byLetter.keys) }

    mutating func raise(_ letters: TaintLetters, time: UInt64) {
        for (letter, _, _) in TaintLetters.all where letters.contains(letter) {
            var mark = byLetter[letter] ?? TaintMark(first: time, last: time, count: 0)
            // A clock that was set back must not make the last time lie before the first.
            mark.last = max(mark.last, time)
            if mark.count < .max { mark.count += 1 }
            byLetter[letter] = mark
        }
    }

    mutating func set(_ letter: TaintLetters, _ mark: TaintMark) { byLetter[letter] = mark }
}
