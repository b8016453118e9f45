/// One structure of a CDAT, decoded (CDAT specification 1.03).
///
/// On the wire each starts with four bytes: type u8, reserved u8, length u16 in bytes, these four included.
public enum CDATStructure: Hashable, Sendable {
    /// Type 0, DSMAS.
    case memoryAffinity(MemoryAffinityStructure)
    /// Type 1, DSLBIS.
    case latencyBandwidth(LatencyBandwidthStructure)
    /// Type 2, DSMSCIS.
    case memorySideCache(MemorySideCacheStructure)
    /// Type 3, DSIS.
    case initiator(InitiatorStructure)
    /// Type 4, DSEMTS.
    case memoryType(MemoryTypeStructure)
    /// Type 5, SSLBIS.
    case switchLatencyBandwidth(SwitchLatencyBandwidthStructure)
    /// Any other type, kept as it is.
    case unknown(UnknownStructure)

    static let headerByteCount = 4

    /// Decodes the structure at an offset; the caller has checked that header and length lie inside the table.
    init(at offset: Int, length: Int, in table: borrowing RawSpan) throws(ObjectError) {
        let type = table.byte(at: offset)
        let body = offset + Self.headerByteCount
        switch type {
        case MemoryAffinityStructure.type:
            try Self.require(MemoryAffinityStructure.byteCount, length, of: type, at: offset)
            self = .memoryAffinity(MemoryAffinityStructure(at: body, in: table))
        case LatencyBandwidthStructure.type:
            try Self.require(LatencyBandwidthStructure.byteCount, length, of: type, at: offset)
            self = .latencyBandwidth(LatencyBandwidthStructure(at: body, in: table))
        case MemorySideCacheStructure.type:
            try Self.require(MemorySideCacheStructure.byteCount, length, of: type, at: offset)
            self = .memorySideCache(MemorySideCacheStructure(at: body, in: table))
        case InitiatorStructure.type:
            try Self.require(InitiatorStructure.byteCount, length, of: type, at: offset)
            self = .initiator(InitiatorStructure(at: body, in: table))
        case MemoryTypeStructure.type:
            try Self.require(MemoryTypeStructure.byteCount, length, of: type, at: offset)
            self = .memoryType(MemoryTypeStructure(at: body, in: table))
        case SwitchLatencyBandwidthStructure.type:
            guard let entryCount = SwitchLatencyBandwidthStructure.entryCount(length: length) else {
                throw ObjectError(offset: offset + 2, expected: "a SSLBIS length of 16 + 8n bytes", found: "\(length)")
            }
            self = .switchLatencyBandwidth(
                SwitchLatencyBandwidthStructure(at: body, entryCount: entryCount, in: table))
        default:
            self = .unknown(UnknownStructure(type: type, body: (body..<(offset + length)).map { table.byte(at: $0) }))
        }
    }

    /// The structure's type on the wire.
    public var type: UInt8 {
        switch self {
        case .memoryAffinity: MemoryAffinityStructure.type
        case .latencyBandwidth: LatencyBandwidthStructure.type
        case .memorySideCache: MemorySideCacheStructure.type
        case .initiator: InitiatorStructure.type
        case .memoryType: MemoryTypeStructure.type
        case .switchLatencyBandwidth: SwitchLatencyBandwidthStructure.type
        case .unknown(let structure): structure.type
        }
    }

    /// The specification's short name, `DSMAS`; for a type nobody here knows, `type 9`.
    public var shortName: String { Self.shortName(ofType: type) }

    /// The same by the type alone, where the structure could not be decoded.
    public static func shortName(ofType type: UInt8) -> String {
        switch type {
        case MemoryAffinityStructure.type: "DSMAS"
        case LatencyBandwidthStructure.type: "DSLBIS"
        case MemorySideCacheStructure.type: "DSMSCIS"
        case InitiatorStructure.type: "DSIS"
        case MemoryTypeStructure.type: "DSEMTS"
        case SwitchLatencyBandwidthStructure.type: "SSLBIS"
        default: "type \(type)"
        }
    }

    /// The structure as it stands in a table, its four header bytes included.
    public var bytes: [UInt8] {
        let body =
            switch self {
            case .memoryAffinity(let structure): structure.body
            case .latencyBandwidth(let structure): structure.body
            case .memorySideCache(let structure): structure.body
            case .initiator(let structure): structure.body
            case .memoryType(let structure): structure.body
            case .switchLatencyBandwidth(let structure): structure.body
            case .unknown(let structure): structure.body
            }
        let length = UInt16(truncatingIfNeeded: Self.headerByteCount + body.count)
        return [type, 0] + length.littleEndianBytes + body
    }

    private static func require(
        _ wanted: Int, _ length: Int, of type: UInt8, at offset: Int
    ) throws(ObjectError) {
        guard length == wanted else {
            throw ObjectError(
                offset: offset + 2, expected: "a \(shortName(ofType: type)) length of \(wanted) bytes",
                found: "\(length)")
        }
    }
}
