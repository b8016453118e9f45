public import DOEWords

/// Who sees every write to a function's config space, ours and others'. It is told of each of ours before it happens, so
/// that it can tell them apart.
public protocol AccessWitness: Sendable {
    /// This thread is about to write these dwords, one after the other, to one register.
    func willWrite(_ values: [UInt32], at offset: UInt16, of function: FunctionAddress)

    /// This thread is about to write one dword so many times.
    func willWrite(_ value: UInt32, times count: Int, at offset: UInt16, of function: FunctionAddress)

    /// Of those that this thread has announced the last so many did not happen: the kernel refused them, or what comes
    /// after a refused one was not tried. The kernel may still have shown the attempt, as a write to the file.
    func didNotWrite(last count: Int)

    /// The first write of somebody else to these registers since that time, CLOCK_MONOTONIC in microseconds; looks at what
    /// has been traced so far, once, and waits for nothing. `nil` where there was none, or where it cannot see.
    func foreignWrite(
        to registers: Range<UInt16>, of function: FunctionAddress, since: UInt64
    ) -> ForeignWrite?
}
