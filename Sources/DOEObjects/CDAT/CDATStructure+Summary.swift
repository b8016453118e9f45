internal import DOEWords

extension CDATStructure {
    /// What the structure says, on one line, with units.
    public var summary: String {
        switch self {
        case .memoryAffinity(let memory):
            var words = ["handle \(memory.handle)", "base 0x\(memory.base.hex(digits: 1))", Self.size(memory.length)]
            if memory.isNonVolatile { words.append("non-volatile") }
            if memory.isShareable { words.append("shareable") }
            if memory.isReadOnly { words.append("read-only") }
            return words.joined(separator: ", ")
        case .latencyBandwidth(let link):
            let values = [link.entries.0, link.entries.1, link.entries.2].filter { $0 != 0 }
                .map { Self.value($0, link.baseUnit, link.kind) }
            let text = values.isEmpty ? "not given" : values.joined(separator: ", ")
            return "handle \(link.handle), \(Self.name(link.kind, link.dataType)) \(text)"
        case .memorySideCache(let cache):
            return
                "handle \(cache.handle), cache of \(Self.size(cache.size)), attributes 0x\(cache.attributes.hex(digits: 8))"
        case .initiator(let initiator):
            return "handle \(initiator.handle), \(initiator.hasAttachedMemory ? "with" : "without") memory of its own"
        case .memoryType(let memory):
            return "handle \(memory.handle), EFI memory type \(memory.memoryType), "
                + "offset 0x\(memory.offset.hex(digits: 1)), \(Self.size(memory.length))"
        case .switchLatencyBandwidth(let link):
            return "\(Self.name(link.kind, link.dataType)), \(link.entries.count) pairs of ports"
        case .unknown(let structure):
            return "\(structure.body.count) bytes that nobody here can read"
        }
    }

    private static func name(_ kind: LatencyOrBandwidth?, _ type: UInt8) -> String {
        kind?.description ?? "data type \(type)"
    }

    /// The entry times its base unit: picoseconds or megabytes a second; a device can make it as large as it likes.
    private static func value(_ entry: UInt16, _ unit: UInt64, _ kind: LatencyOrBandwidth?) -> String {
        let (product, overflow) = UInt64(entry).multipliedReportingOverflow(by: unit)
        return overflow ? "\(entry) x \(unit)" : "\(product)\(kind.map { " \($0.unit)" } ?? "")"
    }

    private static func size(_ bytes: UInt64) -> String {
        for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
        where bytes >= 1 << shift && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
