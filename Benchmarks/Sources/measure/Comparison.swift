/// One row: the same work done by us and by C, in turns.
struct Comparison {
    /// How often each side has its turn.
    static let runs = 5

    let work: String
    let unit: String
    /// Medians over the runs.
    let ours: Double
    let peer: Double
    /// Median, lowest and highest of the runs' ratios; each run is compared with its neighbour in time only.
    let ratio: Double
    let lowest: Double
    let highest: Double

    init(_ work: String, unit: String, ours: [Double], peer: [Double]) {
        let ratios = zip(ours, peer).map { $0 / $1 }.sorted()
        self.work = work
        self.unit = unit
        self.ours = Self.median(ours)
        self.peer = Self.median(peer)
        ratio = Self.median(ratios)
        lowest = ratios.first ?? .nan
        highest = ratios.last ?? .nan
    }

    /// Times two functions that do the same `count` things and must come to the same result.
    static func time(
        _ work: String, count: Int, ours: () -> UInt64, peer: () -> UInt64
    ) throws(MeasureError) -> Comparison {
        let result = ours()
        guard peer() == result else { throw MeasureError("\(work): we and C come to different results") }
        let (ourPasses, peerPasses) = (try passes(ours, result), try passes(peer, result))
        var times: (ours: [Double], peer: [Double]) = ([], [])
        for _ in 0..<runs {
            times.ours.append(try nanoseconds(ourPasses, ours, result) / Double(count * ourPasses))
            times.peer.append(try nanoseconds(peerPasses, peer, result) / Double(count * peerPasses))
        }
        return Comparison(work, unit: "ns", ours: times.ours, peer: times.peer)
    }

    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }

    /// How many passes make a turn long enough for the clock and the caches: 50 ms.
    private static func passes(_ body: () -> UInt64, _ result: UInt64) throws(MeasureError) -> Int {
        var passes = 1
        while try nanoseconds(passes, body, result) < 50_000_000 { passes *= 2 }
        return passes
    }

    /// Times passes that each must come to the same result; checking it also keeps the compiler from leaving any out.
    private static func nanoseconds(
        _ passes: Int, _ body: () -> UInt64, _ result: UInt64
    ) throws(MeasureError) -> Double {
        var sum: UInt64 = 0
        // CLOCK_MONOTONIC, which is what Swift calls suspending.
        let time = SuspendingClock().measure {
            for _ in 0..<passes { sum &+= body() }
        }
        guard sum == result &* UInt64(passes) else { throw MeasureError("one pass came to another result") }
        return time / .nanoseconds(1)
    }
}
