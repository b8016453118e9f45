public import DOEWords

/// Who sees every write to a function's config space, ours and others'. It is told of each of ours before it happens, so
/// that it can tell them apart.
public protocol AccessWitness: Sendable {
    /// This thread is about to write a dword.
    func willWrite(_ value: UInt32, at offset: UInt16, of function: FunctionAddress)

    /// The first write of somebody else to these registers since that time, CLOCK_MONOTONIC in microseconds; looks at what
    /// has been traced so far, once, and waits for nothing. `nil` where there was none, or where it cannot see.
    func foreignWrite(
        to registers: Range<UInt16>, of function: FunctionAddress, since: UInt64
    ) -> ForeignWrite?
}
