/// How many packets a sender puts under one MAC, by kind of packet: 1, 2, 4 or 8 at most (PCIe r6.0 7.9.26.4.1 and
/// 7.9.26.5.2, the Tx Aggregation Mode fields).
public struct IDEAggregation: Hashable, Sendable, CustomStringConvertible {
    /// Requests that want a completion.
    public let nonPosted: UInt8
    /// Writes and messages.
    public let posted: UInt8
    /// Completions.
    public let completions: UInt8

    /// From a stream's control register: its bits [3:2], [5:4] and [7:6].
    init(control: UInt32) {
        nonPosted = 1 << control.bits(2, count: 2)
        posted = 1 << control.bits(4, count: 2)
        completions = 1 << control.bits(6, count: 2)
    }

    /// Whether any kind has more than one packet under a MAC.
    public var isOn: Bool { nonPosted > 1 || posted > 1 || completions > 1 }

    /// `2/4/1`: non-posted, posted, completions.
    public var description: String { "\(nonPosted)/\(posted)/\(completions)" }
}
