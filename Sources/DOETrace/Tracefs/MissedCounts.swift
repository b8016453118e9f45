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

    /// All by which a read may go unseen.
    var total: UInt64 {
        inBuffers.values.reduce(0, &+) &+ byProbes.values.reduce(0, &+) &+ reads
    }
}
