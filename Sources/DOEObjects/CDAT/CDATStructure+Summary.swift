internal import DOEWords

extension CDATStructure {
    /// What the structure says, on one line, with units.
    public var summary: String {
        switch self {
        case .memoryAffinity(let memory):
            var words = ["handle \(memory.handle)", "base 0x\(memory.base.hex(digits: 1))", Self.size(memory.length)]
            if memory.isNonVolatile { words.append("non-volatile") }
            if memory.isShareable { words.append("shareable") }
            if memory.isHardwareCoherent { words.append("kept coherent by hardware") }
            if memory.isDynamic { words.append("dynamic capacity") }
            if memory.isReadOnly { words.append("read-only") }
            return words.joined(separator: ", ")
        case .latencyBandwidth(let link):
            return "handle \(link.handle), \(Self.words(link.hierarchy)), "
                + "\(Self.name(link.kind, link.dataType)) \(Self.words(link.quantities, link.kind))"
        case .memorySideCache(let structure):
            let cache = structure.cache
            return "handle \(structure.handle), cache of \(Self.size(structure.size)), "
                + "level \(cache.level) of \(cache.levelCount), \(cache.associativityWords), "
                + "\(cache.writePolicyWords), lines of \(cache.lineByteCount) bytes"
        case .initiator(let initiator):
            return "handle \(initiator.handle), \(initiator.hasAttachedMemory ? "with" : "without") memory of its own"
        case .memoryType(let memory):
            return "handle \(memory.handle), \(memory.typeWords), "
                + "offset 0x\(memory.offset.hex(digits: 1)), \(Self.size(memory.length))"
        case .switchLatencyBandwidth(let link):
            let count = link.entries.count
            return "\(Self.name(link.kind, link.dataType)), \(count) pair\(count == 1 ? "" : "s") of ports"
        case .unknown(let structure):
            return "\(structure.body.count) bytes that nobody here can read"
        }
    }

    /// What else it says, a line each: of a switch the pairs of its ports.
    public var details: [String] {
        guard case .switchLatencyBandwidth(let link) = self else { return [] }
        return link.entries.map { pair in
            let words = link.quantity(of: pair).words(unit: link.kind?.unit)
            return "\(Self.portWords(pair.portX)) to \(Self.portWords(pair.portY)): \(words)"
        }
    }

    private static func portWords(_ port: UInt16) -> String {
        switch port {
        case SwitchLatencyBandwidthStructure.upstreamPort: "upstream port"
        case SwitchLatencyBandwidthStructure.anyPort: "any port"
        default: "port \(port)"
        }
    }

    private static func words(_ hierarchy: MemoryHierarchy) -> String {
        var words = [hierarchy.levelWords]
        if hierarchy.needsLargeTransfers { words.append("for large transfers") }
        if hierarchy.isNonSequential { words.append("not sequential") }
        return words.joined(separator: ", ")
    }

    /// Of a memory range only the first entry counts as a rule: others are left out where the device does not say
    /// them.
    private static func words(_ quantities: [CDATQuantity], _ kind: LatencyOrBandwidth?) -> String {
        let said = quantities.filter { $0 != .notProvided }
        return (said.isEmpty ? [.notProvided] : said).map { $0.words(unit: kind?.unit) }.joined(separator: ", ")
    }

    private static func name(_ kind: LatencyOrBandwidth?, _ type: UInt8) -> String {
        kind?.description ?? "data type \(type)"
    }

    private static func size(_ bytes: UInt64) -> String {
        for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
        where bytes >= 1 << shift && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
