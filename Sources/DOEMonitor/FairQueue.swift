/// What waits for a mailbox, in turns: one of each user who has something waiting, so that a user with a long queue of
/// his own holds up nobody else's. Each user's own come in their order.
struct FairQueue<Element> {
    private var waiting: [UInt32: ArraySlice<Element>] = [:]
    /// The users with something waiting, whose turn is next first.
    private var turns: [UInt32] = []

    /// Puts one at the end of its user's queue.
    mutating func add(_ element: Element, of user: UInt32) {
        if waiting[user] == nil { turns.append(user) }
        waiting[user, default: []].append(element)
    }

    /// The next one; `nil` where nothing waits.
    mutating func next() -> Element? {
        guard let user = turns.first else { return nil }
        turns.removeFirst()
        let element = waiting[user]?.popFirst()
        if waiting[user]?.isEmpty == false { turns.append(user) } else { waiting[user] = nil }
        return element
    }

    /// All there is, in the order in which they would have come.
    mutating func takeAll() -> [Element] {
        var all: [Element] = []
        while let element = next() { all.append(element) }
        return all
    }
}
