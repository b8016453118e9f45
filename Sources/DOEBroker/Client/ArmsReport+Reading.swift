internal import DOETrace
internal import DOEWords

/// A report as its asker reads it: whatever the bytes are, reading ends, and trusts no count.
extension ArmsReport {
    /// More than any kernel has of probes, and a host of functions.
    static let mostBytes = 8 << 20

    /// Reads one; `nil` where it is none.
    static func read(_ bytes: [UInt8]) -> ArmsReport? {
        let span = unsafe bytes.span.bytes
        var reader = WireReader()
        guard reader.number(UInt16.self, span) == BrokerWire.version, let headerPage = reader.long(span),
            let processors = Self.numbers(&reader, span), let probes = Self.probes(&reader, span),
            let missing = Self.pairs(&reader, span),
            let hasPrograms = reader.truth(span), let atProbes = reader.truth(span), let tracing = reader.truth(span),
            hasPrograms || !atProbes && !tracing, let watched = Self.functions(&reader, span),
            let unwatched = reader.obstacles(span), let seesRegistersOnly = reader.truth(span),
            let notes = reader.obstacles(span), let findings = Self.findings(&reader, span),
            let hasMisses = reader.truth(span), let misses = Self.misses(&reader, span),
            let isHandedOver = reader.truth(span)
        else { return nil }
        let handover = isHandedOver ? Self.handover(&reader, span) : nil
        guard isHandedOver == (handover != nil), reader.offset == bytes.count else { return nil }
        var ways: Set<WriterProgram.Way> = []
        if atProbes { ways.insert(.probe) }
        if tracing { ways.insert(.tracing) }
        var report = ArmsReport(
            headerPage: headerPage, processors: processors, probes: probes, missing: missing,
            ways: hasPrograms ? ways : nil,
            watched: watched, seesRegistersOnly: seesRegistersOnly, notes: notes)
        report.unwatched = unwatched
        report.findings = findings
        if hasMisses { report.misses = misses }
        report.handover = handover
        return report
    }

    private static func numbers(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [Int]? {
        guard let count = reader.count(bytes) else { return nil }
        var numbers: [Int] = []
        for _ in 0..<count {
            guard let number = reader.number(UInt32.self, bytes) else { return nil }
            numbers.append(Int(number))
        }
        return Set(numbers).count == numbers.count ? numbers : nil
    }

    private static func probes(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [Probe]? {
        guard let count = reader.count(bytes) else { return nil }
        var probes: [Probe] = []
        for _ in 0..<count {
            guard let role = reader.number(UInt8.self, bytes).flatMap({ ProbeRole(number: $0) }),
                let event = reader.long(bytes), let format = reader.long(bytes)
            else { return nil }
            probes.append(Probe(role: role, event: event, format: format))
        }
        return probes
    }

    private static func pairs(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [String: String]? {
        guard let count = reader.count(bytes) else { return nil }
        var pairs: [String: String] = [:]
        for _ in 0..<count {
            guard let key = reader.long(bytes), let value = reader.long(bytes) else { return nil }
            pairs[key] = value
        }
        return pairs
    }

    private static func misses(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> Misses? {
        guard let count = reader.count(bytes) else { return nil }
        var byProbes: [String: UInt64] = [:]
        for _ in 0..<count {
            guard let key = reader.long(bytes), let value = reader.number(UInt64.self, bytes) else { return nil }
            byProbes[key] = value
        }
        return reader.number(UInt64.self, bytes).map { Misses(byProbes: byProbes, reads: $0) }
    }

    private static func counts(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [UInt64]? {
        guard let count = reader.count(bytes) else { return nil }
        var counts: [UInt64] = []
        for _ in 0..<count {
            guard let value = reader.number(UInt64.self, bytes) else { return nil }
            counts.append(value)
        }
        return counts
    }

    private static func handover(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> Handover? {
        guard let since = reader.number(UInt64.self, bytes), let isOrderly = reader.truth(bytes),
            let isWatchWhole = reader.truth(bytes), let inBuffers = Self.counts(&reader, bytes),
            let misses = Self.misses(&reader, bytes), let reads = reader.number(UInt64.self, bytes),
            let writers = reader.number(UInt64.self, bytes), let read = Self.counts(&reader, bytes)
        else { return nil }
        return Handover(
            since: since, isOrderly: isOrderly, isWatchWhole: isWatchWhole,
            told: Losses(inBuffers: inBuffers, misses: misses, reads: reads, writers: writers), read: read)
    }

    private static func functions(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [WatchedFunction]? {
        guard let count = reader.count(bytes) else { return nil }
        var functions: [WatchedFunction] = []
        for _ in 0..<count {
            guard let address = reader.function(bytes), let mailboxes = reader.count(bytes) else { return nil }
            var offsets: [UInt16] = []
            for _ in 0..<mailboxes {
                guard let offset = reader.number(UInt16.self, bytes), offset < 4096 else { return nil }
                offsets.append(offset)
            }
            functions.append(WatchedFunction(address: address, mailboxes: offsets))
        }
        return functions
    }

    private static func findings(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> [Finding]? {
        guard let count = reader.count(bytes) else { return nil }
        var findings: [Finding] = []
        for _ in 0..<count {
            guard let obstacles = reader.obstacles(bytes), let obstacle = obstacles.first, obstacles.count == 1,
                let mask = reader.number(UInt32.self, bytes), let isMended = reader.truth(bytes)
            else { return nil }
            let roles = ProbeRole.allCases.filter { mask & 1 << $0.number != 0 }
            guard mask == .max || mask >> UInt32(ProbeRole.allCases.count) == 0 else { return nil }
            findings.append(
                Finding(obstacle: obstacle, extent: mask == .max ? .blind : .partly(Set(roles)), isMended: isMended))
        }
        return findings
    }
}

extension ProbeRole {
    fileprivate init?(number: UInt8) {
        guard Self.allCases.indices.contains(Int(number)) else { return nil }
        self = Self.allCases[Int(number)]
    }
}

extension WireReader {
    /// A list's count: each of its elements has a byte at least.
    fileprivate mutating func count(_ bytes: borrowing RawSpan) -> Int? {
        guard let count = number(UInt32.self, bytes), Int(count) <= bytes.byteCount - offset else { return nil }
        return Int(count)
    }

    fileprivate mutating func long(_ bytes: borrowing RawSpan) -> String? {
        guard let count = count(bytes) else { return nil }
        return raw(bytes, count).flatMap { String(validating: $0, as: UTF8.self) }
    }

    fileprivate mutating func obstacles(_ bytes: borrowing RawSpan) -> [Obstacle]? {
        guard let count = count(bytes) else { return nil }
        var obstacles: [Obstacle] = []
        for _ in 0..<count {
            guard let problem = long(bytes), let hasRemedy = truth(bytes), let remedy = long(bytes),
                hasRemedy || remedy.isEmpty
            else { return nil }
            obstacles.append(Obstacle(problem, remedy: hasRemedy ? remedy : nil))
        }
        return obstacles
    }
}
