/// Events that happened and were not traced, since the witness began.
struct MissedCounts: Hashable, Sendable {
    /// Lost in each processor's buffer: overwritten, or without room.
    var inBuffers: [Int: UInt64] = [:]
    /// Missed by each probe, by the event's name: the kernel could not run it at that moment.
    var byProbes: [String: UInt64] = [:]
    /// Reads that our program could not tell.
    var reads: UInt64 = 0
    /// Writers whom our programs could not tell.
    var writers: UInt64 = 0

    /// None of them more than there: counts of the kernel's can begin anew.
    func atMost(_ most: MissedCounts) -> MissedCounts {
        var counts = MissedCounts(reads: min(reads, most.reads), writers: min(writers, most.writers))
        for (place, count) in inBuffers { counts.inBuffers[place] = most.inBuffers[place].map { min($0, count) } }
        for (event, count) in byProbes { counts.byProbes[event] = most.byProbes[event].map { min($0, count) } }
        return counts
    }

    /// All by which a read may go unseen.
    var total: UInt64 {
        inBuffers.values.reduce(0, &+) &+ byProbes.values.reduce(0, &+) &+ reads
    }
}
