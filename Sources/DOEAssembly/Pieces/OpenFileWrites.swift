internal import DOEWords

/// Writes to files that have begun, by thread: the accesses that follow on the thread are what they are made of.
struct OpenFileWrites {
    private struct OpenWrite {
        let way: AccessWay
        /// `nil` below /proc/bus/pci: the event does not say.
        let function: FunctionAddress?
        let begin: UInt64
        let end: UInt64
        let expires: UInt64
    }

    private var open = RecentTable<OpenWrite>(capacity: AssemblyLimits.threads)

    var count: Int { open.count }

    /// A write to a file begins.
    mutating func begin(
        _ way: AccessWay, _ function: FunctionAddress?, offset: UInt64, count: UInt64, thread: Int32, time: UInt64
    ) {
        let (end, overflows) = offset.addingReportingOverflow(count)
        let write = OpenWrite(
            way: way, function: function, begin: offset, end: overflows ? .max : end,
            expires: time.later(by: AssemblyLimits.fileWrite))
        open.set(write, of: thread, at: time)
    }

    /// The file through which this access came; `nil` where none did. A write to a file is over with its last byte, or
    /// when the thread does something else.
    mutating func way(
        of function: FunctionAddress, offset: UInt16, width: Int, thread: Int32, time: UInt64
    ) -> AccessWay? {
        guard let write = open.value(of: thread) else { return nil }
        let (begin, end) = (UInt64(offset), UInt64(offset) + UInt64(width))
        guard write.function ?? function == function, write.begin <= begin, end <= write.end, time <= write.expires
        else {
            open.remove(thread)
            return nil
        }
        if end == write.end { open.remove(thread) }
        return write.way
    }

    /// The thread does something else.
    mutating func end(of thread: Int32) { open.remove(thread) }
}
