internal import DOEObjects

/// The times that a mailbox is given, in microseconds.
package enum MailboxTiming {
    /// From GO to the response (PCIe r6.0 6.30.2).
    package static let responseLimit: UInt64 = 1_000_000
    /// For writing a request or reading a response of so many dwords: ours, many times what config space needs, so
    /// that a device on which each access takes long costs no hours.
    static func transferLimit(dwords: Int) -> UInt64 { 1_000_000 + 40 * UInt64(dwords) }
    /// How many dwords are sent or taken in one step, after which it is looked at the clock: few enough that a step
    /// takes no longer than `stepLimit` although each access lasts until its completion times out.
    static let dwordsInStep = 16
    /// No step of a request that is written takes longer: ours. Linux resets a function with its config space locked,
    /// so whoever writes a request meanwhile stands still in a step and goes on into an empty mailbox. The quickest
    /// reset that it knows for everybody takes 20 ms, 10 in D3hot and 10 on the way back (PCIe r6.0 5.9); an FLR
    /// takes 100 (6.6.2).
    package static let stallLimit: UInt64 = 20_000
    /// So often is a request written at most, where it was interrupted and nothing was executed. From the second time
    /// on dword by dword, so that only a function whose every write takes longer than `stallLimit` is shut out.
    package static let sendAttempts = 3
    /// From an abort to the first look, and between two looks: as long as Linux waits.
    package static let abortPause: UInt64 = 8_000
    /// From an abort to a free mailbox (PCIe r6.0 6.30.2).
    package static let abortLimit: UInt64 = 1_000_000
    /// After so long, what stands in a mailbox unchanged belongs to nobody: the time of a response, and as long again
    /// to read it.
    package static let abandonedAfter: UInt64 = 2_000_000
    /// For emptying a read mailbox of what nobody wants: ours, so that a device without end costs one exchange.
    package static let drainLimit: UInt64 = 1_000_000
    /// For one step, 32 accesses to config space or a wait of 8 ms at most: ours. An access takes microseconds, and a
    /// completion timeout 50 ms unless set otherwise (PCIe r6.0 7.5.3.16). What takes so long is not the device at
    /// its work, which shows as one step after the other, but a kernel that does not let the thread go.
    package static let stepLimit: UInt64 = 2_000_000
    /// No exchange takes longer while its steps are made, however large it is and whatever it meets: it clears what
    /// an earlier one left, waits for a busy mailbox, finds it abandoned and aborts it; then it is sent. Where
    /// somebody else came between it is sent twice, but that goes for discovery and CDAT alone, whose requests have
    /// three dwords.
    package static let exchangeLimit =
        2 * abortLimit + 2 * responseLimit
        + max(sendLimit(dwords: ObjectHeader.maximumLengthInDwords), 2 * sendLimit(dwords: 3))

    /// For one request of so many dwords: it waits for a busy mailbox, clears an error, writes, waits for the
    /// response, reads and drains it, and aborts. However often it is written, all that has the time of once; but for
    /// the aborts.
    private static func sendLimit(dwords: Int) -> UInt64 {
        responseLimit + abortLimit + transferLimit(dwords: dwords) + UInt64(sendAttempts - 1) * 2 * abortLimit
            + responseLimit + transferLimit(dwords: ObjectHeader.maximumLengthInDwords) + drainLimit + abortLimit
    }
}
