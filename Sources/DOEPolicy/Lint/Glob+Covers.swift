extension Glob {
    /// Whether every text that the other glob matches is certainly matched by this one. `false` may also mean that it
    /// could not be told.
    func covers(_ other: Glob) -> Bool {
        guard stopsAtSlash == other.stopsAtSlash else { return false }
        let width = other.elements.count + 1
        var seen = Array(repeating: false, count: (elements.count + 1) * width)
        var waiting = [(own: 0, theirs: 0)]
        while let (own, theirs) = waiting.popLast() {
            guard !seen[own * width + theirs] else { continue }
            seen[own * width + theirs] = true
            guard own < elements.count else {
                if theirs == other.elements.count { return true }
                continue
            }
            let isStar = elements[own] == Self.many
            if isStar { waiting.append((own + 1, theirs)) }
            if theirs < other.elements.count, takes(other.elements[theirs], at: own) {
                waiting.append((isStar ? own : own + 1, theirs + 1))
            }
        }
        return false
    }

    /// Whether an element here takes whatever an element of the other glob stands for.
    private func takes(_ theirs: Element, at own: Int) -> Bool {
        let isSlash = theirs == UInt16(UInt8(ascii: "/"))
        switch elements[own] {
        case Self.many: return !(stopsAtSlash && isSlash)
        // Of a character of several bytes one byte is not enough: that is left undecided.
        case Self.one: return theirs == Self.one || (theirs < 0x80 && !(stopsAtSlash && isSlash))
        case let byte: return theirs == byte
        }
    }
}
