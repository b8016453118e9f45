/// How long the assembler waits, nanoseconds, and how much it keeps.
enum AssemblyLimits {
    /// From the last dword of a request to its GO.
    static let untilGo: UInt64 = 5_000_000_000
    /// From one access to a response to the next.
    static let untilNextAccess: UInt64 = 5_000_000_000
    /// From GO to the response's end, however often somebody looks at it.
    static let untilResponse: UInt64 = 60_000_000_000
    /// Where nobody can see how long a response is, and at least its header was taken: it has ended when so long
    /// nothing followed.
    static let quietResponse: UInt64 = 1_000_000_000
    /// The kernel gives a device one second, and an abort another one; others may queue before it.
    static let untilKernelResponse: UInt64 = 10_000_000_000
    /// A run of other writes ends when so long none followed.
    static let quietRun: UInt64 = 1_000_000_000
    /// And at the latest so long after it began.
    static let wholeRun: UInt64 = 5_000_000_000
    /// A part of a dword waits so long for the rest of it.
    static let restOfDword: UInt64 = 1_000_000_000
    /// From the write to a file to what it is made of: it may have to wake the function first.
    static let fileWrite: UInt64 = 5_000_000_000

    /// No limit is shorter.
    static let shortest: UInt64 = 1_000_000_000

    /// Dwords of a request or a response that are kept. Longer ones are counted.
    static let keptDwords = 1 << 16
    /// Pieces of requests before GO: as many turns as two writers can take.
    static let pieces = 4_096
    /// Exchanges of a mailbox between GO and the response's end.
    static let inFlight = 8
    /// Values that were read at a mailbox and not yet taken.
    static let reads = 16
    static let kernelExchanges = 256
    static let runs = 256
    /// Threads of which is known what they are about to do.
    static let threads = 1_024
}

extension UInt64 {
    /// A time so much later; the last one there is where it would be later still. A damaged page can have any time.
    func later(by nanoseconds: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(nanoseconds)
        return overflows ? .max : sum
    }
}
