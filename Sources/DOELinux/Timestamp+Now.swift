public import DOEWords

extension Timestamp {
    /// What the wall clock says.
    public static var now: Timestamp { Timestamp(microseconds: Clocks.realtimeMicroseconds) }
}
