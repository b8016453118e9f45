/// Slots of the ring in the order of a priority, of which any can be taken out: a binary heap that knows where each
/// slot stands. What it does costs the logarithm of the number of slots.
struct SlotHeap<Priority: Comparable & Sendable>: Sendable {
    private var entries: [(priority: Priority, slot: Int)] = []
    /// By slot, where it stands in `entries`; `nil` where it is not in the heap.
    private var places: [Int?] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    /// The lowest priority, and whose it is.
    var first: (priority: Priority, slot: Int)? { entries.first }

    func contains(_ slot: Int) -> Bool { slot < places.count && places[slot] != nil }

    /// Puts a slot in; one that is in it already gets the new priority.
    mutating func insert(_ slot: Int, _ priority: Priority) {
        remove(slot)
        if slot >= places.count { places += repeatElement(nil, count: slot + 1 - places.count) }
        entries.append((priority, slot))
        places[slot] = entries.count - 1
        rise(from: entries.count - 1)
    }

    /// Takes a slot out; one that is not in it changes nothing.
    mutating func remove(_ slot: Int) {
        guard slot < places.count, let place = places[slot] else { return }
        let last = entries.count - 1
        swap(place, last)
        entries.removeLast()
        places[slot] = nil
        guard place < last else { return }
        rise(from: place)
        sink(from: place)
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0, entries[place].priority < entries[(place - 1) / 2].priority {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            let children = (2 * place + 1)..<min(2 * place + 3, max(entries.count, 2 * place + 1))
            guard let lower = children.min(by: { entries[$0].priority < entries[$1].priority }),
                entries[lower].priority < entries[place].priority
            else { return }
            swap(place, lower)
            place = lower
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        guard one != other else { return }
        entries.swapAt(one, other)
        places[entries[one].slot] = one
        places[entries[other].slot] = other
    }
}
