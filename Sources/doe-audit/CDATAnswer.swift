internal import DOEObjects

/// The JSON of `doe-audit cdat`. Registers and addresses are hexadecimal texts, as in `ide`; what is counted is a
/// number with its unit. A key without a value is left out.
struct CDATAnswer: Encodable {
    /// A number and what it counts.
    struct Amount: Encodable {
        var value: UInt64
        var unit: String
    }

    /// A latency or a bandwidth. `state` is given, not provided, unreachable or too large; only what is given has a
    /// value.
    struct Measure: Encodable {
        var entry: UInt16
        var state: String
        var value: UInt64?
        var unit: String?
    }

    /// The same between two ports of a switch: `upstream`, `any`, or the port's number.
    struct Pair: Encodable {
        var portX: String
        var portY: String
        var measure: Measure
    }

    /// What a DSLBIS or an SSLBIS measures; `measures` is left out for a data type that nobody here knows.
    struct Scale: Encodable {
        var dataType: UInt8
        var measures: String?
        var baseUnit: UInt64
    }

    struct Hierarchy: Encodable {
        var level: String
        var largeTransfers: Bool
        var nonSequential: Bool
    }

    struct Cache: Encodable {
        var register: String
        var levels: UInt8
        var level: UInt8
        var associativity: String
        var writePolicy: String
        var line: Amount
    }

    struct MemoryFlags: Encodable {
        var nonVolatile: Bool
        var shareable: Bool
        var hardwareCoherent: Bool
        var dynamicCapacity: Bool
        var readOnly: Bool
    }

    /// One structure. Which keys there are depends on its type.
    struct Entry: Encodable {
        var structure: String
        var type: UInt8
        var offset: Int
        var bytes: Int
        /// All of it for a person.
        var description: String
        var handle: UInt8?
        var flags: UInt8?
        var memory: MemoryFlags?
        var base: String?
        var start: String?
        var length: Amount?
        var hierarchy: Hierarchy?
        var scale: Scale?
        var measures: [Measure]?
        var pairs: [Pair]?
        var size: Amount?
        var cache: Cache?
        var attachedMemory: Bool?
        var memoryType: UInt8?
        var memoryTypeName: String?
        /// What could not be decoded, as it stands in the table.
        var raw: String?
        /// Why not.
        var flaw: String?
    }

    var mailbox: String
    var source: String
    var bytes: Int
    var checksum: String
    var revision: UInt8
    var sequence: UInt32
    var structures: [Entry]
    /// All that is wrong with the table, those of single structures too.
    var flaws: [String]
}
