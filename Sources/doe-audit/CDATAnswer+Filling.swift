internal import DOEObjects
internal import DOEWords

extension CDATAnswer {
    /// `trouble` says why no more of the table came, where that is so.
    init(_ table: CDATReading, byteCount: Int, mailbox: String, source: String, trouble: (any ExplainedError)?) {
        self.mailbox = mailbox
        self.source = source
        bytes = byteCount
        checksum =
            switch table.checksum {
            case .right: "right"
            case .wrong: "wrong"
            case .unknown: "unknown"
            }
        revision = table.revision
        sequence = table.sequence
        structures = table.entries.map(Entry.init)
        // That it is shorter than its header says goes without saying where no more came.
        flaws = trouble.map { [$0.problem] + table.innerFlaws.map(\.problem) } ?? table.flaws.map(\.problem)
    }
}

extension CDATAnswer.Entry {
    init(_ entry: CDATReading.Entry) {
        offset = entry.offset
        bytes = entry.bytes.count
        type = entry.type
        switch entry.content {
        case .success(let content):
            structure = content.shortName
            description = content.summary
            fill(from: content)
        case .failure(let error):
            structure = CDATStructure.shortName(ofType: entry.type)
            description = "not decoded"
            raw = entry.bytes.hexadecimal
            flaw = error.problem
        }
    }

    private mutating func fill(from structure: CDATStructure) {
        switch structure {
        case .memoryAffinity(let memory): fill(from: memory)
        case .latencyBandwidth(let link): fill(from: link)
        case .memorySideCache(let cache): fill(from: cache)
        case .initiator(let initiator):
            (handle, flags, attachedMemory) = (initiator.handle, initiator.flags, initiator.hasAttachedMemory)
        case .memoryType(let memory):
            (handle, memoryType, memoryTypeName) = (memory.handle, memory.memoryType, memory.typeWords)
            (start, length) = (hexadecimal(memory.offset, digits: 16), .bytes(memory.length))
        case .switchLatencyBandwidth(let link): fill(from: link)
        case .unknown: raw = structure.bytes.hexadecimal
        }
    }

    private mutating func fill(from range: MemoryAffinityStructure) {
        (handle, flags) = (range.handle, range.flags)
        memory = CDATAnswer.MemoryFlags(
            nonVolatile: range.isNonVolatile, shareable: range.isShareable,
            hardwareCoherent: range.isHardwareCoherent, dynamicCapacity: range.isDynamic, readOnly: range.isReadOnly)
        (base, length) = (hexadecimal(range.base, digits: 16), .bytes(range.length))
    }

    private mutating func fill(from link: LatencyBandwidthStructure) {
        (handle, flags) = (link.handle, link.flags)
        hierarchy = CDATAnswer.Hierarchy(
            level: link.hierarchy.levelWords, largeTransfers: link.hierarchy.needsLargeTransfers,
            nonSequential: link.hierarchy.isNonSequential)
        scale = CDATAnswer.Scale(dataType: link.dataType, measures: link.kind?.description, baseUnit: link.baseUnit)
        measures = zip([link.entries.0, link.entries.1, link.entries.2], link.quantities).map {
            CDATAnswer.Measure(entry: $0, $1, unit: link.kind?.unit)
        }
    }

    private mutating func fill(from structure: MemorySideCacheStructure) {
        let attributes = structure.cache
        (handle, size) = (structure.handle, .bytes(structure.size))
        cache = CDATAnswer.Cache(
            register: hexadecimal(structure.attributes, digits: 8), levels: attributes.levelCount,
            level: attributes.level, associativity: attributes.associativityWords,
            writePolicy: attributes.writePolicyWords, line: .bytes(UInt64(attributes.lineByteCount)))
    }

    private mutating func fill(from link: SwitchLatencyBandwidthStructure) {
        scale = CDATAnswer.Scale(dataType: link.dataType, measures: link.kind?.description, baseUnit: link.baseUnit)
        pairs = link.entries.map { pair in
            CDATAnswer.Pair(
                portX: Self.port(pair.portX), portY: Self.port(pair.portY),
                measure: CDATAnswer.Measure(entry: pair.value, link.quantity(of: pair), unit: link.kind?.unit))
        }
    }

    private static func port(_ port: UInt16) -> String {
        switch port {
        case SwitchLatencyBandwidthStructure.upstreamPort: "upstream"
        case SwitchLatencyBandwidthStructure.anyPort: "any"
        default: "\(port)"
        }
    }
}

extension CDATAnswer.Measure {
    init(entry: UInt16, _ quantity: CDATQuantity, unit: String?) {
        self.entry = entry
        switch quantity {
        case .value(let product): (state, value, self.unit) = ("given", product, unit)
        case .notProvided: state = "not provided"
        case .unreachable: state = "unreachable"
        case .tooLarge: state = "too large"
        }
    }
}

extension CDATAnswer.Amount {
    static func bytes(_ count: UInt64) -> Self { Self(value: count, unit: "bytes") }
}
