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
        guard ours() == peer() else { throw MeasureError("\(work): we and C come to different results") }
        let (ourPasses, peerPasses) = (passes(ours), passes(peer))
        var times: (ours: [Double], peer: [Double]) = ([], [])
        for _ in 0..<runs {
            times.ours.append(nanoseconds(ourPasses, ours) / Double(count * ourPasses))
            times.peer.append(nanoseconds(peerPasses, peer) / Double(count * peerPasses))
        }
        return Comparison(work, unit: "ns", ours: times.ours, peer: times.peer)
    }

    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }

    /// How many passes make a turn long enough for the clock and the caches: 50 ms.
    private static func passes(_ body: () -> UInt64) -> Int {
        var passes = 1
        while nanoseconds(passes, body) < 50_000_000 { passes *= 2 }
        return passes
    }

    /// CLOCK_MONOTONIC, which is what Swift calls suspending.
    private static func nanoseconds(_ passes: Int, _ body: () -> UInt64) -> Double {
        var sum: UInt64 = 0
        let time = SuspendingClock().measure {
            for _ in 0..<passes { sum &+= body() }
        }
        precondition(sum != .max)  // so that the passes have to be made
        return time / .nanoseconds(1)
    }
}
