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
    /// All letters that are here.
    public private(set) var letters: TaintLetters = []

    init() {}

    mutating func raise(_ letters: TaintLetters, time: UInt64) {
        for letter in letters.singles {
            var mark = byLetter[letter] ?? TaintMark(first: time, last: time, count: 0)
            // A clock that was set back must not make the last time lie before the first.
            mark.last = max(mark.last, time)
            if mark.count < .max { mark.count += 1 }
            set(letter, mark)
        }
    }

    mutating func set(_ letter: TaintLetters, _ mark: TaintMark) {
        byLetter[letter] = mark
        letters.formUnion(letter)
    }

    mutating func remove(_ letters: TaintLetters) {
        for letter in letters.singles { byLetter[letter] = nil }
        self.letters.subtract(letters)
    }
}
