internal import Glibc

/// Work that comes to the same result each time, and how often it is done to make a turn.
///
/// What is timed is the processor's time for this thread: who else wants the processor then changes less.
struct Timed {
    private let count: Int
    private let body: () -> UInt64
    private let result: UInt64
    private var passes = 1

    /// Work that does `count` things.
    init(count: Int, _ body: @escaping () -> UInt64) throws(MeasureError) {
        self.count = count
        self.body = body
        result = body()
        // A turn long enough for the clock and the caches.
        while try nanoseconds() * Double(count * passes) < 50_000_000 { passes *= 2 }
    }

    /// Whether the other comes to the same.
    func agrees(with other: Timed) -> Bool { result == other.result }

    /// How long one of the things takes, nanoseconds, in a turn from now on. Each pass must come to the same result; checking it also
    /// keeps the compiler from leaving any out.
    func nanoseconds() throws(MeasureError) -> Double {
        var sum: UInt64 = 0
        let begin = Self.processorTime
        for _ in 0..<passes { sum &+= body() }
        let time = Double(Self.processorTime - begin)
        guard sum == result &* UInt64(passes) else { throw MeasureError("one pass came to another result") }
        return time / Double(count * passes)
    }

    private static var processorTime: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
