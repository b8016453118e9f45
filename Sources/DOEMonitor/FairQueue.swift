internal import DOEWords

/// What waits for a mailbox, in turns: the next is of whoever has had least of the device lately. Each holder's own
/// come in their order. Pure; times are in microseconds.
///
/// Root, the system's units and everybody else have a third each as long as all three wait, however many each of them
/// is; within a third its holders have the same. So who has had little waits for the turn under way at most, for one
/// of each other holder of his third, and for as long again for each other third; root, who is alone in his and comes
/// first among equals, for no more than the one under way.
struct FairQueue<Element> {
    /// What a turn costs by itself, a refusal's too: who has a thousand refused must not be the next one for ever.
    static var turnPrice: UInt64 { 100 }

    private var thirds = DeviceTurns<Third>()
    private var holders: [DeviceTurns<AccountHolder>] = Third.allCases.map { _ in DeviceTurns() }
    private var waiting: [AccountHolder: [Element]] = [:]
    /// How many of each third wait.
    private var holderCounts = Third.allCases.map { _ in 0 }
    private var underWay: AccountHolder?
    private var arrivals: UInt64 = 0

    /// Puts one at the end of its holder's queue.
    mutating func add(_ element: Element, of holder: AccountHolder) {
        let third = Third(of: holder)
        if waiting[holder] == nil {
            arrivals += 1
            holders[third.rawValue].add(holder, order: arrivals)
            holderCounts[third.rawValue] += 1
            thirds.add(third, order: UInt64(third.rawValue))
        }
        waiting[holder, default: []].append(element)
    }

    /// The next one, whose turn begins; `nil` where nothing waits. The turn before is over then.
    mutating func next() -> Element? {
        end(after: 0)
        guard let third = thirds.first, let holder = holders[third.rawValue].first,
            // Not a slice's popFirst(), which would hold on to what it has given out.
            let element = waiting[holder]?.removeFirst()
        else { return nil }
        let hasMore = waiting[holder]?.isEmpty == false
        if !hasMore {
            waiting[holder] = nil
            holderCounts[third.rawValue] -= 1
        }
        arrivals += 1
        holders[third.rawValue].begin(holder, again: hasMore ? arrivals : nil)
        thirds.begin(third, again: holderCounts[third.rawValue] > 0 ? UInt64(third.rawValue) : nil)
        underWay = holder
        return element
    }

    /// The turn under way is over, and was at the device for so long.
    mutating func end(after time: UInt64) {
        guard let holder = underWay else { return }
        underWay = nil
        let third = Third(of: holder)
        thirds.charge(third, time + Self.turnPrice)
        holders[third.rawValue].charge(holder, time + Self.turnPrice)
        guard waiting.isEmpty else { return }
        thirds.rest()
        for place in holders.indices { holders[place].rest() }
    }

    /// All that wait, in the order in which they would come if none of them took any time. The turn under way goes
    /// on.
    mutating func takeAll() -> [Element] {
        let current = underWay
        underWay = nil
        defer { underWay = current }
        var all: [Element] = []
        while let element = next() { all.append(element) }
        return all
    }
}

/// Among whom the device is shared first.
private enum Third: Int, CaseIterable {
    case root, services, others

    init(of holder: AccountHolder) {
        self =
            switch holder {
            case .root: .root
            case .unit: .services
            case .login, .session, .user, .loopback, .unnamed: .others
            }
    }
}
