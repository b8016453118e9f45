internal import DOEWords

/// Finds the first matching rule without looking at each: tuple-space search.
///
/// Rules that name the same facts exactly form a table: which digits of the object are given, and which lanes have one
/// value. From these values a look-up finds the table's rules in order; what a rule asks beyond them is its rest. A
/// decision costs one look-up a table, and there are as many tables as kinds of rules, not as rules.
///
/// What a decision walks over is plain numbers in flat arrays: counting references would cost more than the search. What
/// finds a rule and what it does stand together in 64 bytes: with many rules, time goes into waiting for memory.
struct RuleIndex: Sendable {
    /// A rule that decides, or that needs what is not known.
    struct Found {
        let rule: Int
        let effect: RuleEffect
    }

    private struct Key: Equatable, Sendable {
        let lanes: ExactValues.Lanes
        let table: UInt32
        let object: UInt32

        var hash: UInt64 {
            var mixed = UInt64(table) << 32 | UInt64(object)
            for index in 0..<lanes.scalarCount {
                mixed = (mixed ^ UInt64(lanes[index])) &* 0x9e37_79b9_7f4a_7c15
                mixed ^= mixed >> 29
            }
            return mixed &* 0xbf58_476d_1ce4_e5b9
        }
    }

    private struct TableID: Hashable {
        let mask: UInt32
        let lanes: UInt8
    }

    private struct Table: Sendable {
        /// Its number in keys.
        let number: UInt32
        let mask: UInt32
        let lanes: UInt8
        let laneMask: ExactValues.Lanes
        /// The earliest rule in this table.
        var earliest = Int32.max

        init(_ id: TableID, number: Int) {
            self.number = UInt32(number)
            mask = id.mask
            lanes = id.lanes
            var laneMask = ExactValues.Lanes(repeating: 0)
            for lane in ExactValues.Lane.allCases where id.lanes & lane.bit != 0 { laneMask[lane.rawValue] = .max }
            self.laneMask = laneMask
        }
    }

    /// One rule in a chain of rules that name the same values, earlier rules first.
    private struct Link: Sendable {
        let key: Key
        let rule: Int32
        let next: Int32
        let words: CompiledRule.Words
        let effect: RuleEffect
        let hasRest: Bool
    }

    /// How much a rule takes in memory where a decision looks for it.
    static var bytesALink: Int { MemoryLayout<Link>.stride }

    private var tables: [Table] = []
    /// The first link of each chain.
    private var heads: FlatIndex
    private var links: [Link] = []
    /// One link of each rule, -1 for a rule that can match nobody.
    private var linkOfRule: [Int32]
    private var rests: [[CompiledCondition]]
    private var values = ExactValues()
    private var askedLanes: UInt8 = 0

    /// Indexes rules in the order in which they are to be tried, for inquiries in which the facts of these keys are
    /// unknown. Conditions on them are left out, since no look-up can ask for what is not known.
    init(_ rules: [CompiledRule], unknown: UInt32 = 0) {
        rests = Array(repeating: [], count: rules.count)
        linkOfRule = Array(repeating: -1, count: rules.count)
        heads = FlatIndex(reserving: rules.count)
        links.reserveCapacity(rules.count)
        var places: [TableID: Int] = [:]
        // From the last to the first, so that putting a link at the head of its chain keeps the chain in order.
        for index in rules.indices.reversed() where !rules[index].matchesNobody {
            add(rules[index], Int32(index), unknown, &places)
        }
        tables.sort { $0.earliest < $1.earliest }
    }

    private mutating func add(
        _ rule: CompiledRule, _ index: Int32, _ unknown: UInt32, _ places: inout [TableID: Int]
    ) {
        var objects = [ObjectMask(mask: 0, value: 0)]
        for condition in rule.conditions where !condition.negated {
            if case .objects(let masks) = condition.test { objects = masks }
        }
        var combinations = [ExactValues.Lanes(repeating: ExactValues.notAsked)]
        var lanes: UInt8 = 0
        var rest: [CompiledCondition] = []
        for condition in rule.conditions {
            switch condition.key {
            case .object where !condition.negated: continue
            case .objectClass, .road, .mode: continue
            default: break
            }
            // Not known, it cannot fail.
            if unknown & condition.key.bit != 0 { continue }
            // uid= and user= share a lane: the second of them is left over.
            if let lane = condition.key.lane, lanes & lane.bit == 0,
                let numbers = values.numbers(of: condition),
                numbers.count <= room(objects.count * combinations.count)
            {
                lanes |= lane.bit
                combinations = combinations.flatMap { combination in
                    numbers.map { number in
                        var extended = combination
                        extended[lane.rawValue] = number
                        return extended
                    }
                }
            } else {
                rest.append(condition)
            }
        }
        rests[Int(index)] = rest
        askedLanes |= lanes
        for object in objects {
            let place = place(TableID(mask: object.mask, lanes: lanes), &places)
            tables[place].earliest = index
            for combination in combinations {
                link(
                    Key(lanes: combination, table: UInt32(place), object: object.value), index, rule,
                    hasRest: !rest.isEmpty)
            }
        }
    }

    private mutating func link(_ key: Key, _ index: Int32, _ rule: CompiledRule, hasRest: Bool) {
        let hash = key.hash
        let place = UInt32(links.count)
        linkOfRule[Int(index)] = Int32(place)
        let head = heads.find(hash) { links[Int($0)].key == key }
        links.append(
            Link(
                key: key, rule: index, next: head.map { Int32($0) } ?? -1, words: rule.words, effect: RuleEffect(rule),
                hasRest: hasRest))
        if head == nil {
            heads.insert(hash, place)
        } else {
            heads.replace(hash, with: place) { links[Int($0)].key == key }
        }
    }

    /// How many values a further condition may be written out to: sets in several conditions multiply.
    private func room(_ already: Int) -> Int {
        links.count < RuleLimits.totalAlternatives ? max(1, 64 / already) : 1
    }

    private mutating func place(_ id: TableID, _ places: inout [TableID: Int]) -> Int {
        if let place = places[id] { return place }
        places[id] = tables.count
        tables.append(Table(id, number: tables.count))
        return tables.count - 1
    }

    /// The first rule that does not fail: it matches, or it needs a fact that is unknown.
    func first(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Found? {
        let lanes = values.lanes(inquiry, asked: askedLanes)
        let groups = askedLanes & ExactValues.Lane.group.bit != 0 ? values.groupNumbers(inquiry) : []
        var best: Link?
        for table in tables {
            if let best, table.earliest >= best.rule { break }
            let object = subject.object.number & table.mask
            var asked = lanes & table.laneMask
            if table.lanes & ExactValues.Lane.group.bit == 0 {
                search(Key(lanes: asked, table: table.number, object: object), inquiry, subject, &best)
            } else {
                for group in groups {
                    asked[ExactValues.Lane.group.rawValue] = group
                    search(Key(lanes: asked, table: table.number, object: object), inquiry, subject, &best)
                }
            }
        }
        return best.map { Found(rule: Int($0.rule), effect: $0.effect) }
    }

    private func search(_ key: Key, _ inquiry: Inquiry, _ subject: JudgedSubject, _ best: inout Link?) {
        guard let head = heads.find(key.hash, { links[Int($0)].key == key }) else { return }
        var next = Int32(head)
        while next >= 0 {
            let link = links[Int(next)]
            if let best, link.rule >= best.rule { return }
            if link.words.hold(for: subject), !link.hasRest || restMayHold(link.rule, inquiry, subject) {
                best = link
                return
            }
            next = link.next
        }
    }

    private func restMayHold(_ rule: Int32, _ inquiry: Inquiry, _ subject: JudgedSubject) -> Bool {
        rests[Int(rule)].allSatisfy { $0.outcome(inquiry, subject) != .fails }
    }

    /// Rules before this one that could match wherever it does, the earliest first: those in whose tables its values
    /// are found. Those behind `limit` others of the same values are left out.
    func earlierCandidates(of rule: Int, limit: Int) -> [Int] {
        guard linkOfRule[rule] >= 0 else { return [] }
        // With sets a rule has several keys; an earlier rule that covers it is found by any of them.
        let own = links[Int(linkOfRule[rule])].key
        guard let home = tables.first(where: { $0.number == own.table }) else { return [] }
        var found: Set<Int> = []
        for table in tables where table.mask & home.mask == table.mask && table.lanes & home.lanes == table.lanes {
            let key = Key(
                lanes: own.lanes & table.laneMask, table: table.number, object: own.object & table.mask)
            var next = heads.find(key.hash) { links[Int($0)].key == key }.map { Int32($0) } ?? -1
            var left = limit
            while next >= 0, left > 0, links[Int(next)].rule < rule {
                found.insert(Int(links[Int(next)].rule))
                next = links[Int(next)].next
                left -= 1
            }
        }
        return found.sorted()
    }
}
