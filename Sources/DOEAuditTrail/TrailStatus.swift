public import DOEWords

/// How the trail fares.
public struct TrailStatus: Hashable, Sendable {
    /// 32 hexadecimal digits, new with each ring and each boot, and after each loss.
    public let instance: String
    /// The last number given; 0 before the first.
    public let sequence: UInt64
    /// The record that has it, as it can be kept elsewhere; `nil` before the first.
    public let anchor: RecordAnchor?
    /// How many slots the ring has.
    public let capacity: Int
    /// How many records are open: exchanges under way.
    public let open: Int
    /// How many closed records are not known to be on the journal's disk; of a journal in memory, that it has not
    /// been seen to hold.
    public let unconfirmed: Int
    /// How many of those have not been handed to journald.
    public let unsent: Int
    /// How long ago the oldest unconfirmed record was opened, microseconds by the wall clock; `nil` without one.
    public let oldestAge: UInt64?
    /// A file of the journal in memory, where the last records that the ring gave up stood in one: there was no disk
    /// to wait for, and they are lost with the machine.
    public let volatileFile: String?
    /// Whether the ring itself lies in memory, so that syncing it says nothing.
    public let isRingVolatile: Bool
    /// What does not work now, each a sentence with its remedy: journald is absent, the journal cannot be read.
    public let troubles: [String]
    /// What the journal, asked about the ring as it was found at the start, has shown, each a sentence with its
    /// remedy.
    public let findings: [String]

    /// What lies in memory and is lost with the machine, each a sentence with its remedy.
    public var volatileWarnings: [String] {
        let journal = volatileFile.map {
            "the journal lies in memory (\($0)): a record is given up when it is read back from there, and is lost with the"
                + " machine; set Storage=persistent in journald.conf"
        }
        let ring =
            isRingVolatile
            ? "the ring lies in memory: a record of what makes the machine die is lost with it; give the daemon a"
                + " state-directory on a disk" : nil
        return [journal, ring].compactMap(\.self)
    }
}
