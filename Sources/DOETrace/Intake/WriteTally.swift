/// Writes that our programs in the kernel counted, against those that the trace has shown. Pure: it is told of both.
///
/// What was counted and not traced happened unseen; of what was traced and counted in no way nobody told who made it.
/// A difference is told when it was there at several comparisons in a row: a write may be under way between its count
/// and its event, since a thread can be interrupted there.
struct WriteTally: Sendable {
    /// So many comparisons must agree.
    static let comparisons = 3

    /// What a comparison has found that the ones before had not.
    struct Finding: Hashable, Sendable {
        /// Writes that the trace of a processor does not show, by the processor's number.
        var unseen: [Int: UInt64] = [:]
        /// More of them, counted by programs that do not know on which processor a write is traced.
        var unseenAnywhere: UInt64 = 0
        /// Writes that no program counted, and so none told of.
        var untold: UInt64 = 0

        var isEmpty: Bool { unseen.isEmpty && unseenAnywhere == 0 && untold == 0 }
    }

    /// How far two counts are apart, as the last comparisons found it.
    private struct Difference {
        private var found: [UInt64] = []
        /// What of it was told.
        var told: UInt64 = 0

        /// What it was at each of the last comparisons, at least.
        var sure: UInt64 { found.count < WriteTally.comparisons ? 0 : found.min() ?? 0 }

        mutating func take(_ difference: UInt64) {
            if found.count == WriteTally.comparisons { found.removeFirst() }
            found.append(difference)
        }

        /// What is sure and not told yet.
        mutating func news() -> UInt64 {
            let news = sure.less(told)
            told += news
            return news
        }
    }

    private let ways: Set<WriterProgram.Way>
    /// What the trace has shown since the beginning, by processor.
    private var traced: [Int: UInt64] = [:]
    /// What was counted before and after the pass with which it begins.
    private var begin: (before: [WriteCount], after: [WriteCount]) = ([], [])
    /// Events of any kind that were lost by then, by processor.
    private var lostAtBegin: [Int: UInt64] = [:]
    private var unseen: [Int: Difference] = [:]
    private var unseenAnywhere = Difference()
    private var skippedAtProbes = Difference()
    private var skippedTracing = Difference()

    /// Nothing is compared before it `begins`. Writes are counted in these ways.
    init(countedBy ways: Set<WriterProgram.Way>) { self.ways = ways }

    /// Forgets what was before: what is watched has changed, or something was read that could not be counted. Between
    /// the two counts a pass has read all that was traced.
    mutating func begins(before: [WriteCount], after: [WriteCount], lost: [Int: UInt64]) {
        self = WriteTally(countedBy: ways)
        begin = (before, after)
        lostAtBegin = lost
    }

    /// The trace shows a write that the programs count.
    mutating func saw(on processor: Int) { traced[processor, default: 0] += 1 }

    /// Compares. Between the two counts a pass has read all that was traced; `lost` is how many events were lost by
    /// then.
    mutating func compare(before: [WriteCount], after: [WriteCount], lost: [Int: UInt64]) -> Finding {
        var finding = Finding()
        var (lostInAll, tracingCounted, uncountedAtProbes) = (UInt64(0), UInt64(0), UInt64(0))
        var (tracingCountedLater, tracedInAll) = (UInt64(0), UInt64(0))
        for processor in before.indices {
            let traced = traced[processor, default: 0]
            let lost = lost[processor, default: 0].less(lostAtBegin[processor, default: 0])
            // A write between a count and the pass must neither pass for unseen nor for untold.
            let least = before[processor].less(begin.after.at(processor))
            let most = after.at(processor).less(begin.before.at(processor))
            if ways.contains(.probe) {
                unseen[processor, default: Difference()].take(least.byProbe.less(traced + lost))
                finding.unseen[processor] = unseen[processor]?.news()
                uncountedAtProbes += traced.less(most.byProbe)
            }
            lostInAll += lost
            tracedInAll += traced
            tracingCounted += least.byTracing
            tracingCountedLater += most.byTracing
        }
        finding.unseen = finding.unseen.filter { $0.value > 0 }
        if ways.contains(.tracing) {
            unseenAnywhere.take(tracingCounted.less(tracedInAll + lostInAll))
            // What was told of single processors is told.
            unseenAnywhere.told += finding.unseen.values.reduce(0, +)
            finding.unseenAnywhere = unseenAnywhere.news()
        }
        finding.untold = untold(atProbes: uncountedAtProbes, tracing: tracedInAll.less(tracingCountedLater))
        return finding
    }

    /// What one way did not count at one time and the other at another was told all the same: so only what both have
    /// not counted since the last comparison can be told by none, and that at the most.
    private mutating func untold(atProbes: UInt64, tracing: UInt64) -> UInt64 {
        skippedAtProbes.take(atProbes)
        skippedTracing.take(tracing)
        let (newAtProbes, newTracing) = (skippedAtProbes.news(), skippedTracing.news())
        if ways.isEmpty { return 0 }
        return min(ways.contains(.probe) ? newAtProbes : .max, ways.contains(.tracing) ? newTracing : .max)
    }
}

extension UInt64 {
    /// So much less; 0 where that is more.
    fileprivate func less(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}

extension WriteCount {
    fileprivate func less(_ other: WriteCount) -> WriteCount {
        WriteCount(byProbe: byProbe.less(other.byProbe), byTracing: byTracing.less(other.byTracing))
    }
}

extension [WriteCount] {
    fileprivate func at(_ processor: Int) -> WriteCount { indices.contains(processor) ? self[processor] : WriteCount() }
}
