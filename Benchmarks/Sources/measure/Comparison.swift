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
        _ work: String, count: Int, ours: @escaping () -> UInt64, peer: @escaping () -> UInt64
    ) throws(MeasureError) -> Comparison {
        let (ours, peer) = (try Timed(count: count, ours), try Timed(count: count, peer))
        guard ours.agrees(with: peer) else { throw MeasureError("\(work): we and the other come to different results") }
        var times: (ours: [Double], peer: [Double]) = ([], [])
        for _ in 0..<runs {
            times.ours.append(try ours.nanoseconds())
            times.peer.append(try peer.nanoseconds())
        }
        return Comparison(work, unit: "ns", ours: times.ours, peer: times.peer)
    }

    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }
}
