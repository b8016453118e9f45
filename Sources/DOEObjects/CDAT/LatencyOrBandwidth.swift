/// What a number of a latency and bandwidth structure measures (ACPI 6.4, 5.2.27.4, data type).
public enum LatencyOrBandwidth: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Latency of any access.
    case accessLatency = 0
    /// Latency of a read.
    case readLatency = 1
    /// Latency of a write.
    case writeLatency = 2
    /// Bandwidth of any access.
    case accessBandwidth = 3
    /// Bandwidth of reads.
    case readBandwidth = 4
    /// Bandwidth of writes.
    case writeBandwidth = 5

    /// Whether it is a time rather than a rate.
    public var isLatency: Bool { rawValue < Self.accessBandwidth.rawValue }
    /// The unit in which entry times base unit counts.
    public var unit: String { isLatency ? "ps" : "MB/s" }

    /// In plain words.
    public var description: String {
        switch self {
        case .accessLatency: "access latency"
        case .readLatency: "read latency"
        case .writeLatency: "write latency"
        case .accessBandwidth: "access bandwidth"
        case .readBandwidth: "read bandwidth"
        case .writeBandwidth: "write bandwidth"
        }
    }
}
