internal import DOETrace
internal import DOEWords

/// A report as it stands in a file that its reader gets, since it is longer than a message: texts behind their length,
/// lists behind their count, 4 bytes each.
extension ArmsReport {
    /// Its bytes.
    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.put(BrokerWire.version)
        writer.put(long: headerPage)
        writer.put(list: processors) { $0.put(UInt32(clamping: $1)) }
        writer.put(list: probes) { writer, probe in
            writer.put(probe.role.number)
            writer.put(long: probe.event)
            writer.put(long: probe.format)
        }
        writer.put(list: missing.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(long: entry.key)
            writer.put(long: entry.value)
        }
        writer.put(ways != nil)
        writer.put(ways?.contains(.probe) ?? false)
        writer.put(ways?.contains(.tracing) ?? false)
        writer.put(list: watched) { writer, function in
            writer.put(function.address)
            writer.put(list: function.mailboxes) { $0.put($1) }
        }
        writer.put(obstacles: unwatched)
        writer.put(seesRegistersOnly)
        writer.put(obstacles: notes)
        writer.put(list: findings) { writer, finding in
            writer.put(obstacles: [finding.obstacle])
            switch finding.extent {
            case .blind: writer.put(UInt32.max)
            case .partly(let roles): writer.put(roles.reduce(UInt32(0)) { $0 | 1 << $1.number })
            }
            writer.put(finding.isMended)
        }
        writer.put(misses != nil)
        writer.put(misses ?? Misses())
        writer.put(handover != nil)
        if let handover {
            writer.put(handover.since)
            writer.put(handover.isOrderly)
            writer.put(handover.isWatchWhole)
            writer.put(list: handover.told.inBuffers) { $0.put($1) }
            writer.put(handover.told.misses)
            writer.put(handover.told.reads)
            writer.put(handover.told.writers)
            writer.put(list: handover.read) { $0.put($1) }
        }
        return writer.bytes
    }
}

extension ProbeRole {
    /// Its place among all: both programs are of one version.
    var number: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}

extension WireWriter {
    fileprivate mutating func put(long text: String) {
        put(UInt32(text.utf8.count))
        for byte in text.utf8 { put(byte) }
    }

    fileprivate mutating func put<Elements: Collection>(
        list: Elements, _ body: (inout WireWriter, Elements.Element) -> Void
    ) {
        put(UInt32(list.count))
        for element in list { body(&self, element) }
    }

    fileprivate mutating func put(_ misses: ArmsReport.Misses) {
        put(list: misses.byProbes.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(long: entry.key)
            writer.put(entry.value)
        }
        put(misses.reads)
    }

    fileprivate mutating func put(obstacles: [Obstacle]) {
        put(list: obstacles) { writer, obstacle in
            writer.put(long: obstacle.problem)
            writer.put(obstacle.remedy != nil)
            writer.put(long: obstacle.remedy ?? "")
        }
    }
}
