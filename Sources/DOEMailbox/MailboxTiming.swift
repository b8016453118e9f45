/// The times that a mailbox is given, in microseconds.
public enum MailboxTiming {
    /// From GO to the response (PCIe r6.0 6.30.2).
    public static let responseLimit: UInt64 = 1_000_000
    /// For writing a request or reading a response of so many dwords: ours, many times what config space needs, so that a
    /// device on which each access takes long costs no hours.
    static func transferLimit(dwords: Int) -> UInt64 { 1_000_000 + 40 * UInt64(dwords) }
    /// From an abort to a free mailbox (PCIe r6.0 6.30.2).
    public static let abortLimit: UInt64 = 1_000_000
    /// After so long, what stands in a mailbox unchanged belongs to nobody: the time of a response, and as long again to
    /// read it.
    public static let abandonedAfter: UInt64 = 2_000_000
    /// For emptying a read mailbox of what nobody wants: ours, so that a device without end costs one exchange.
    public static let drainLimit: UInt64 = 1_000_000
}
