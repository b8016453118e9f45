/// Whose turn it is: one processor after the other, as they come and go.
struct ProcessorTurn: Hashable, Sendable {
    /// Where it is; `nil` before the first turn.
    private(set) var current: Int?
    /// Whether it stays there: there is an answer to wait for.
    var isHeld = false

    init() {}

    /// The next one of these, in the order of their numbers; `nil` where there are none. One that is held is left
    /// only when it is gone.
    mutating func next(of processors: [Int]) -> Int? {
        let sorted = processors.sorted()
        if isHeld, let current, sorted.contains(current) { return current }
        isHeld = false
        current = sorted.first { $0 > current ?? -1 } ?? sorted.first
        return current
    }
}
