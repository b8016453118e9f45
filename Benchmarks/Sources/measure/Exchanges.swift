internal import DOEObjects
internal import DOEWords

/// A proxied exchange beside one C process: the same client, socket kind, framing, request, answer and journal fields.
enum Exchanges {
    /// Below what the ring holds, so that a slow journald cannot make it refuse; each turn starts with an empty ring.
    private static let exchangesInTurn = 500

    /// DOE Discovery, index 0.
    private static func request() throws(MeasureError) -> [UInt8] {
        guard let object = try? DataObject(.discovery, payload: [0, 0, 0, 0]) else {
            throw MeasureError("cannot make a discovery request")
        }
        return object.bytes
    }

    /// One exchange.
    static func ask(_ path: String) throws(MeasureError) {
        _ = try Responder(path, process: 0).exchange(request(), count: 1)
    }

    static func measure(ours: Responder, peer: Responder) throws(MeasureError) -> [Comparison] {
        let request = try request()
        guard try ours.exchange(request, count: 100).answer == peer.exchange(request, count: 100).answer else {
            throw MeasureError("doe-auditd and the C process answer differently")
        }
        ours.settle()
        var turns: (ours: [Turn], peer: [Turn]) = ([], [])
        for _ in 0..<Comparison.runs {
            turns.ours.append(try turn(ours, request))
            turns.peer.append(try turn(peer, request))
        }
        func row(_ work: String, _ value: (Turn) -> Double) -> Comparison {
            Comparison(work, unit: "us", ours: turns.ours.map(value), peer: turns.peer.map(value))
        }
        return [
            row("proxied exchange, median", \.median), row("proxied exchange, 95th percentile", \.percentile95),
            row("proxied exchange, CPU time of the process", \.processor),
        ]
    }

    /// One side's turn in microseconds.
    private struct Turn {
        let median: Double
        let percentile95: Double
        /// A record that is written after the answer is in here too.
        let processor: Double
    }

    private static func turn(_ responder: Responder, _ request: [UInt8]) throws(MeasureError) -> Turn {
        let before = responder.processorTime
        let times = try responder.exchange(request, count: exchangesInTurn).nanoseconds.sorted()
        responder.settle()
        func microseconds(_ value: UInt64) -> Double { Double(value) / 1_000 }
        return Turn(
            median: microseconds(times[times.count / 2]), percentile95: microseconds(times[times.count * 95 / 100]),
            processor: (microseconds(responder.processorTime) - microseconds(before)) / Double(times.count))
    }
}
