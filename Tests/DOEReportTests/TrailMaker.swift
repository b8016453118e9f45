import DOERecord
import DOEWords

/// A trail made by hand: numbered and chained as the daemon does it.
struct TrailMaker {
    var records: [Record] = []
    private(set) var instance = String(repeating: "5a", count: 16)
    private var chain = SHA256Digest.zero
    private var time: UInt64 = 1_772_330_400_000_000

    /// Adds a record, `seconds` after the one before.
    mutating func add(_ event: Event, _ priority: Priority, after seconds: UInt64 = 60, _ fill: (inout Record) -> Void)
    {
        var record = Record(event, priority: priority, message: "\(event)")
        time += seconds * 1_000_000
        fill(&record)
        record[.instance] = instance
        record[.sequence] = String(records.count + 1)
        record[.chain] = chain.description
        record[.schema] = String(Record.schema)
        record[.time] = String(time)
        chain = SHA256Digest(of: record.encoded)
        records.append(record)
    }

    /// A trail of an instance that comes after another one.
    static func after(_ trail: TrailMaker, instance: String) -> TrailMaker {
        let before = RecordAnchor(
            instance: trail.instance, sequence: UInt64(trail.records.count), digest: trail.chain)
        var next = TrailMaker()
        next.instance = instance
        next.time = trail.time
        next.add(.daemonStarted, .notice) { $0.before = before }
        return next
    }

    /// Another time for a record that is there; what comes after is chained anew.
    mutating func setTime(_ time: UInt64, at place: Int) {
        records[place][.time] = String(time)
        for next in records.indices.dropFirst(place + 1) {
            records[next][.chain] = SHA256Digest(of: records[next - 1].encoded).description
        }
        chain = SHA256Digest(of: records[records.count - 1].encoded)
    }

    mutating func exchange(
        _ event: Event, _ priority: Priority, _ object: ObjectID, _ name: String, _ objectClass: ObjectClass,
        _ verdict: Verdict, taint: TaintLetters = [], uid: String = "0", exe: String = "/usr/bin/doe-audit",
        _ fill: (inout Record) -> Void = { _ in }
    ) {
        add(event, priority) { record in
            record.road = .proxy
            record[.mailbox] = "0000:0d:00.0@190"
            record.object = object
            record[.objectName] = name
            record.objectClass = objectClass
            record.verdict = verdict
            record.taint = taint
            record[.clientUID] = uid
            record[.clientExe] = exe
            record[.rule] = "90-doe-audit.rules:12"
            record[.status] = "done"
            fill(&record)
        }
    }

    /// A night with one of each.
    static func night() -> TrailMaker {
        var trail = TrailMaker()
        let vendor = ObjectID(vendor: 0x10de, type: 0x01)
        trail.add(.daemonStarted, .notice) { _ in }
        for _ in 0..<3 {
            trail.exchange(.exchangeAllowed, .info, .tableAccess, "CXL Table Access (CDAT)", .kernelExpected, .allow)
        }
        trail.exchange(.exchangeWarned, .warning, vendor, "vendor object", .vendor, .warn, taint: .vendor)
        for _ in 0..<2 {
            trail.exchange(
                .complianceRefused, .critical, .compliance, "CXL Compliance Mode", .compliance, .deny,
                taint: .complianceAttempted, uid: "1000", exe: "/home/eve/poke\u{1b}[2J"
            ) { $0[.compliance] = "inject link poison" }
        }
        trail.exchange(.exchangeFailed, .error, vendor, "vendor object", .vendor, .warn, taint: .abort) {
            $0[.status] = "timeout"
        }
        return trail
    }
}
