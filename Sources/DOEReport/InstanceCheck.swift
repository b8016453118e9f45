internal import DOEWords

/// The numbers of one instance, and whether each record's digest stands in the one after it. What it keeps grows with
/// the gaps, not with the records.
struct InstanceCheck: Sendable {
    private(set) var seen = NumberRuns()
    /// The lowest and the highest number in the time that was asked for.
    private(set) var start: UInt64?
    private(set) var end: UInt64?
    /// Numbers that were given before that time, below its first one.
    private var settled = NumberRuns()
    /// Numbers of records that are altered, or whose chain does not fit the record before.
    private var misfits: Set<UInt64> = []
    /// Numbers of records that are none that a daemon writes.
    private(set) var altered: Set<UInt64> = []
    /// Numbers of records that are not as somebody else knows them.
    private(set) var contradicted: Set<UInt64> = []
    /// Numbers that two different records carry.
    private(set) var conflicts: Set<UInt64> = []
    /// Records of a newer schema: their digests cannot be told.
    private(set) var unchecked = 0
    /// Numbers that came again long after, and what their records were: the first ones are not remembered any more.
    private(set) var repeated: [UInt64: UInt64] = [:]
    private var recent = RecentMarks()
    /// Digests of records whose successor has not come; chains of records whose predecessor has not come.
    private var digests: [UInt64: SHA256Digest] = [:]
    private var chains: [UInt64: SHA256Digest] = [:]
    /// Digests that somebody asks for later.
    private var kept: [UInt64: SHA256Digest] = [:]

    /// What a record says of itself and of the one before.
    struct Link {
        let sequence: UInt64
        /// `nil` where it cannot be read.
        let chain: SHA256Digest?
        /// `nil` where it cannot be told.
        let digest: SHA256Digest?
        /// Enough of it to tell two records apart.
        let mark: UInt64
        /// Whether it shows by itself that it was changed.
        let isAltered: Bool
    }

    mutating func add(_ link: Link, at place: TimePlace, isWatched: Bool) -> ChainCheck.Finding {
        let sequence = link.sequence
        guard seen.insert(sequence) else { return again(sequence, link.mark, place) }
        recent.note(sequence, link.mark)
        switch place {
        case .inside: include(sequence)
        case .before where sequence < start ?? .max: _ = settled.insert(sequence)
        case .before, .outside: break
        }
        if isWatched { kept[sequence] = link.digest }
        if link.digest == nil { unchecked += 1 }
        if link.isAltered {
            altered.insert(sequence)
            misfits.insert(sequence)
        }
        // Numbers count from 1: nobody of ours wrote a record 0.
        guard sequence > 0 else {
            contradicted.insert(sequence)
            return .new
        }
        compareWithBefore(link)
        compareWithNext(link)
        return .new
    }

    private mutating func again(_ sequence: UInt64, _ mark: UInt64, _ place: TimePlace) -> ChainCheck.Finding {
        guard let before = recent[sequence] ?? repeated[sequence] else {
            repeated[sequence] = mark
            return .duplicate
        }
        if before == mark { return .duplicate }
        // Both of them are older than what was asked for.
        if case .before = place, settled.contains(sequence) { return .conflict }
        conflicts.insert(sequence)
        return .conflict
    }

    /// A second look at a number that came again.
    mutating func compareRepeated(_ sequence: UInt64, _ mark: UInt64) {
        if let other = repeated[sequence], other != mark { conflicts.insert(sequence) }
    }

    private mutating func include(_ sequence: UInt64) {
        start = min(start ?? sequence, sequence)
        end = max(end ?? sequence, sequence)
    }

    private mutating func compareWithBefore(_ link: Link) {
        let sequence = link.sequence
        // None of ours is without it.
        guard let chain = link.chain else { return addMisfit(sequence) }
        if sequence == 1 {
            if chain != .zero { addMisfit(sequence) }
        } else if let before = digests.removeValue(forKey: sequence - 1) {
            if chain != before { addMisfit(sequence) }
        } else if !seen.contains(sequence - 1) {
            chains[sequence] = chain
        }
    }

    private mutating func compareWithNext(_ link: Link) {
        let sequence = link.sequence
        guard sequence < .max, seen.contains(sequence + 1) else {
            digests[sequence] = link.digest
            return
        }
        if let next = chains.removeValue(forKey: sequence + 1), let digest = link.digest, next != digest {
            addMisfit(sequence + 1)
        }
    }

    /// Whether a record's digest is this one; `nil` where that is not known.
    func compare(_ sequence: UInt64, with digest: SHA256Digest) -> Bool? {
        self.digest(of: sequence).map { $0 == digest }
    }

    /// Notes a record that does not fit. Where the one before shows by itself that it was changed, that one is told.
    private mutating func addMisfit(_ sequence: UInt64) {
        if sequence == 0 || !altered.contains(sequence - 1) { misfits.insert(sequence) }
    }

    /// A record's digest, where it is still known.
    func digest(of sequence: UInt64) -> SHA256Digest? { kept[sequence] ?? digests[sequence] }

    /// Notes a record that is not as somebody else knows it.
    mutating func addBreak(_ sequence: UInt64) { contradicted.insert(sequence) }

    /// The highest number up to which all were given before the time asked for: nothing of that time is before it.
    var settledEnd: UInt64? { settled.last(below: start ?? .max) }

    /// Records behind a number that do not fit the one before, and those that are not as somebody else knows them.
    func broken(after end: UInt64?) -> Set<UInt64> { contradicted.union(misfits.filter { $0 > end ?? 0 }) }

    /// What is missing behind a number and before the highest one that was seen; from the first one on, where no
    /// number was given before the time asked for.
    func holes(in window: TimeWindow, after end: UInt64?) -> [ClosedRange<UInt64>] {
        guard let first = seen.first, let last = seen.last else { return [] }
        let holes = seen.gaps(from: end.map { $0 + 1 } ?? first, through: last)
        if window.until == .max { return holes }
        guard let highest = self.end else { return [] }
        return holes.filter { $0.lowerBound - 1 <= highest }
    }

    /// What is missing behind it, where it is known that numbers up to one were given.
    func tail(through given: UInt64) -> ClosedRange<UInt64>? {
        let last = seen.last ?? 0
        return given > last ? (last + 1)...given : nil
    }
}

/// What records of the last few thousand numbers were. One that is delivered again comes soon.
private struct RecentMarks: Sendable {
    private static let limit: UInt64 = 8192
    private var marks: [UInt64: UInt64] = [:]
    private var highest: UInt64 = 0

    subscript(number: UInt64) -> UInt64? { marks[number] }

    mutating func note(_ number: UInt64, _ mark: UInt64) {
        marks[number] = mark
        highest = max(highest, number)
        guard marks.count > Self.limit * 2 else { return }
        let lowest = highest - min(highest, Self.limit)
        marks = marks.filter { $0.key >= lowest }
        // Numbers from all over the place: whatever is forgotten is compared in a second look.
        if marks.count > Self.limit { marks = [:] }
    }
}
