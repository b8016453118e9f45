internal import DOEAssembly

/// Observations in their order, of which each waits for a moment where it is still to be learned whose it was. Those
/// behind it wait too: what came first is recorded first.
struct ObservationQueue {
    /// So long one waits, microseconds. A broker that was late is asked again meanwhile, more than once.
    static let patience: UInt64 = 3_000_000
    /// So many wait at most; where there are more, the first goes as it is.
    static let limit = 1024

    private var waiting: [(observation: AssembledObservation, until: UInt64)] = []

    /// Whether none waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// These have ended now.
    mutating func put(_ ended: [AssembledObservation], at now: UInt64) {
        for observation in ended { waiting.append((observation, now + Self.patience)) }
    }

    /// Those that wait no more, in order.
    mutating func take(at now: UInt64, awaitsPlace: (AssembledObservation) -> Bool) -> [AssembledObservation] {
        var count = 0
        while count < waiting.count {
            let (observation, until) = waiting[count]
            guard waiting.count - count > Self.limit || now >= until || !awaitsPlace(observation) else { break }
            count += 1
        }
        defer { waiting.removeFirst(count) }
        return waiting[..<count].map { $0.observation }
    }
}
