internal import DOERecord
internal import DOEWords

/// Makes a report from records, one at a time.
public struct ReportBuilder: Sendable {
    /// How many different values of one kind are told apart; the rest is counted together.
    static let distinctLimit = 2000
    static let others = "(others)"

    private var pass: TrailPass
    private var report: Report
    private var findings: [FindingKey: Finding] = [:]
    /// How many different findings of a kind there are.
    private var distinct: [Finding.Kind: Int] = [:]
    private var taints: [TaintKey: Report.Taint] = [:]
    /// Keys have a count of 0.
    private var objects: [ObjectCount: Int] = [:]
    /// Keys have a count of 0 and no times.
    private var observed: [ObservedCount: ObservedCount] = [:]
    private var sight = SightBuilder()
    private var letters: [FindingKey: FindingLetters] = [:]
    private var acknowledged = AcknowledgedLetters()
    /// Where what is being noted happened.
    private var machine: String?

    private struct FindingKey: Hashable {
        let kind: Finding.Kind
        let what: String
        let machine: String?
    }

    private struct TaintKey: Hashable {
        let mailbox: String?
        let letter: Character
    }

    /// A report about events from `since` to `until`, both inclusive, microseconds since 1970.
    public init(source: TrailSource, since: UInt64? = nil, until: UInt64? = nil) {
        pass = TrailPass(window: TimeWindow(since: since, until: until))
        report = Report(source: source, asked: AskedTime(since: since, until: until))
    }

    /// Reads a source and reports on it.
    public static func report(
        on source: TrailSource, since: UInt64? = nil, until: UInt64? = nil
    ) throws(ReportError) -> Report {
        let reader = try JournalReader(source)
        var empty = ReportBuilder(source: source, since: since, until: until)
        if let since {
            // Who was blind before is blind now, until a record says otherwise.
            let before = try reader.lastWords(of: SightBuilder.events, backTo: .witnessStarted, before: since)
            for record in before { empty.sight.addBefore(record) }
        }
        var builder = empty
        let (pass, notes) = try TrailReading(reader).read(empty.pass) {
            builder = empty
        } _: { entry, finding in
            builder.note(entry, finding)
        }
        builder.pass = pass
        return builder.finish(notes)
    }

    /// Takes one record.
    public mutating func add(_ entry: TrailEntry) { note(entry, pass.take(entry)) }

    private mutating func note(_ entry: TrailEntry, _ finding: TrailPass.Finding) {
        let record = entry.record
        machine = entry.machine
        switch finding {
        // Anybody may write to the journal in our name: such an entry is told about, and is nothing else. It has no
        // place in the chain, where it could stand for a record that is missing or make the true one a conflict.
        case .foreign: return noteForeign(entry)
        case .outside, .duplicate: return
        // Neither of the two can be trusted, so both are shown.
        case .new, .conflict: break
        }
        if record.isExchange { count(record) }
        if record.event == .exchangeObserved || record.event == .configWritten { countObserved(record) }
        sight.add(record)
        judge(record)
        raise(record)
    }

    /// The report; `notes` is what the reader could not read.
    public consuming func finish(_ notes: ReadingNotes = ReadingNotes()) -> Report {
        addTrail(notes)
        report.objects = objects.map { object, count in
            var object = object
            object.count = count
            return object
        }.sorted { ($1.count, $0.object ?? "", $0.verdict ?? "") < ($0.count, $1.object ?? "", $1.verdict ?? "") }
        report.sight = sight.summary
        report.observed = observed.values.sorted { $0.isBefore($1) }
        report.attention = findings.map { key, finding in
            var finding = finding
            finding.host = pass.host(of: key.machine)
            finding.isAcknowledged =
                letters[key]?.areAcknowledged(in: acknowledged, on: key.machine) ?? false
            return finding
        }.sorted { $0.isBefore($1) }
        report.taints = taints.sorted { ($0.key.mailbox ?? "", $0.key.letter) < ($1.key.mailbox ?? "", $1.key.letter) }
            .map(\.value)
        return report
    }

    /// What became of the numbers, and what could not be read.
    private mutating func addTrail(_ notes: ReadingNotes) {
        (report.records, report.first, report.last) = (pass.records, pass.first, pass.last)
        report.duplicates = pass.duplicateCount
        report.hasSeenAny = pass.hasSeenAny
        report.misdated = pass.misdated
        report.gaps = pass.chain.gaps(in: pass.window)
        report.chainBreaks = pass.chain.breaks
        report.instances = pass.chain.instanceCount
        report.unread = notes.unread
        for gap in report.gaps {
            let numbers = gap.first == gap.last ? "\(gap.first)" : "\(gap.first) to \(gap.last)"
            machine = gap.machine
            add(.gap, "number \(numbers) of instance \(gap.instance)", count: Int(clamping: gap.count))
        }
        for place in report.chainBreaks {
            machine = place.machine
            let fault =
                place.isAltered ? "was changed: it is none that a daemon writes" : "does not fit the one before it"
            add(.chainBroken, "record \(place.sequence) of instance \(place.instance) \(fault)")
        }
        for place in pass.chain.conflicts {
            machine = place.machine
            add(.conflict, "two records \(place.sequence) of instance \(place.instance)")
        }
        machine = nil
        for (uid, count) in notes.foreign { add(.foreignWriter, foreignText(uid), count: count) }
        for file in notes.unread { add(.unread, "\(file)") }
        let unread = notes.unreadable + notes.damage
        if unread > 0 { add(.unreadable, notes.examples.joined(separator: "; "), count: unread) }
        let newer = pass.chain.uncheckedCount
        if newer > 0 { add(.newer, "records of a newer schema than \(Record.schema), not checked", count: newer) }
    }

    private mutating func noteForeign(_ entry: TrailEntry) {
        let isInWindow = entry.record.time.map { (pass.window.since...pass.window.until).contains($0) } ?? true
        if isInWindow { note(.foreignWriter, foreignText(entry.writer.uid), entry.record) }
    }

    private func foreignText(_ uid: UInt32?) -> String {
        uid.map { "entries written by uid \($0), not counted" } ?? "entries that do not say who wrote them, not counted"
    }

    private mutating func count(_ record: Record) {
        let number = record.eventCount
        report.exchanges = report.exchanges.addingCapped(number)
        report.counts.road.count(record[.road], number)
        report.counts.objectClass.count(record[.objectClass], number)
        report.counts.verdict.count(record[.verdict], number)
        var object = ObjectCount(
            object: record[.object], name: record[.objectName], objectClass: record[.objectClass],
            verdict: record[.verdict])
        if objects[object] == nil, objects.count >= Self.distinctLimit {
            object = ObjectCount(object: Self.others, name: nil, objectClass: nil, verdict: record[.verdict])
        }
        objects[object, default: 0] = objects[object, default: 0].addingCapped(number)
        report.counts.mailbox.count(record[.mailbox], number)
        report.counts.client.count(record.clientText, number)
    }

    private mutating func countObserved(_ record: Record) {
        let isExchange = record.event == .exchangeObserved
        var key = ObservedCount(
            road: record[.road], place: record[.mailbox] ?? record[.address], object: record[.object],
            name: isExchange ? record[.objectName] : "config write", status: record[.status], client: record.clientText,
            would: record[.would])
        if observed[key] == nil, observed.count >= Self.distinctLimit {
            key = ObservedCount(
                road: record[.road], place: Self.others, object: nil, name: nil, status: nil, client: nil, would: nil)
        }
        var row = observed[key] ?? key
        row.count = row.count.addingCapped(record.eventCount)
        (row.first, row.last) = widened(row.first, row.last, record[.first].flatMap { UInt64($0) } ?? record.time)
        (row.first, row.last) = widened(row.first, row.last, record[.last].flatMap { UInt64($0) })
        observed[key] = row
    }

    /// What of a record needs attention. One finding a record, the gravest.
    private mutating func judge(_ record: Record) {
        let compliance: TaintLetters = [.complianceAttempted, .complianceExecuted]
        switch record.event {
        case .recordsLost: note(.recordsLost, record.message, record)
        case .recordsDelayed: note(.recordsDelayed, record.message, record)
        case .policyBroken: note(.policyBroken, record.message, record)
        case .leaseStarted: note(.leased, record.message, record)
        case .leaseRefused:
            let isProduction = record[.mode] == Mode.production.rawValue
            note(isProduction ? .leaseAttempted : .leaseRefused, record.message, record)
        case .taintAcknowledged: acknowledged.add(record, on: machine)
        case .taintLost: note(.taintLost, record.message, record)
        case .ledgerChanged: note(.ledger, record.message, record)
        case .taintOwed: if record[.status] == "owed" { note(.ledger, record.message, record) }
        case .leaseEnded, .spdmReleased: break
        case .modeLowered: note(.modeLowered, record.message, record)
        case .limitsRefused:
            note(.limited, record.limitText, record)
        case .changeRefused: note(.changeRefused, record.changeText, record)
        case .daemonStarted, .daemonStopped, .policyLoaded: break
        case .witnessStarted:
            if record.taint.contains(.witnessBlind) { note(.unseen, record.message, record) }
        case .witnessBlind: note(.blind, record.message, record)
        case .witnessMissed: note(.blind, "events were lost", record)
        case .collision: note(.collision, record.exchangeText, record)
        case .configWritten: note(.configWrite, record.configWriteText, record)
        case _ where record.objectClass == .compliance || !record.taint.isDisjoint(with: compliance):
            note(.compliance, record.complianceText, record)
        case .complianceRefused: note(.compliance, record.complianceText, record)
        case _ where record.road == .bypass: note(.bypass, record.exchangeText, record)
        case _ where record.taint.contains(.kernelUnexpected): note(.kernelUnexpected, record.exchangeText, record)
        case .exchangeObserved where record.road == .kernel && record[.status] == "failed":
            note(.failed, "\(record.exchangeText): the kernel's own exchange", record)
        // Who leaves without waiting for his answer is told `withheld`, and nothing has failed.
        case _ where record[.told] != nil && record[.told] != "withheld":
            note(.failed, "\(record.exchangeText): the client was told '\(record[.told] ?? "")'", record)
        case .exchangeInterrupted: note(.interrupted, record.exchangeText, record)
        case _ where record.isUnenforced:
            note(.unenforced, "\(record.exchangeText), would be refused by \(record[.rule] ?? "unknown")", record)
        case .exchangeFailed: note(.failed, "\(record.exchangeText): \(record[.status] ?? "unknown")", record)
        case .exchangeRefused: note(.refused, "\(record.exchangeText), by \(record[.rule] ?? "unknown")", record)
        case .malformedRequest: note(.malformed, record.exchangeText, record)
        case .exchangeWarned: note(.warned, "\(record.exchangeText), by \(record[.rule] ?? "unknown")", record)
        case .exchangeAllowed, .exchangeObserved:
            if !record.taint.isEmpty { note(.tainted, "\(record.taint) by \(record.exchangeText)", record) }
        }
    }

    private mutating func raise(_ record: Record) {
        // What is owed was raised by another record.
        guard record.event != .taintOwed else { return }
        for (letter, meaning) in record.taint.meanings {
            let key = TaintKey(mailbox: record[.mailbox], letter: letter)
            var taint =
                taints[key]
                ?? Report.Taint(
                    mailbox: record[.mailbox], letter: String(letter), meaning: meaning, count: 0)
            taint.count = taint.count.addingCapped(record.eventCount)
            (taint.first, taint.last) = widened(taint.first, taint.last, record.time)
            taints[key] = taint
        }
    }

    /// As many events as the record says that it is about.
    private mutating func note(_ kind: Finding.Kind, _ what: String, _ record: Record) {
        defer { letters[key(kind, what), default: FindingLetters()].add(record) }
        guard record.isFolded else { return add(kind, what, time: record.time) }
        add(kind, what, count: record.eventCount, time: record[.first].flatMap { UInt64($0) } ?? record.time)
        add(kind, what, count: 0, time: record[.last].flatMap { UInt64($0) })
    }

    /// Under what it is counted: there is a limit for each kind, so that a flood of refusals does not hide where
    /// compliance was attempted. A file that was not read is named, however many there are: no journal has millions.
    private func key(_ kind: Finding.Kind, _ what: String) -> FindingKey {
        let key = FindingKey(kind: kind, what: what, machine: machine)
        let isFull = distinct[kind, default: 0] >= Self.distinctLimit
        guard findings[key] == nil, kind != .unread, isFull else { return key }
        return FindingKey(kind: kind, what: Self.others, machine: nil)
    }

    private mutating func add(_ kind: Finding.Kind, _ what: String, count: Int = 1, time: UInt64? = nil) {
        let key = key(kind, what)
        if findings[key] == nil { distinct[kind, default: 0] += 1 }
        var finding = findings[key] ?? Finding(kind: kind, what: key.what, remedy: kind.remedy, count: 0)
        // A forged number can make a gap of 2^63 records; two such gaps must not be one too many.
        finding.count = finding.count.addingCapped(count)
        (finding.first, finding.last) = widened(finding.first, finding.last, time)
        findings[key] = finding
    }
}

private func widened(_ first: Timestamp?, _ last: Timestamp?, _ time: UInt64?) -> (Timestamp?, Timestamp?) {
    guard let stamp = time.map(Timestamp.init(microseconds:)) else { return (first, last) }
    return (min(first ?? stamp, stamp), max(last ?? stamp, stamp))
}

extension [String: Int] {
    fileprivate mutating func count(_ name: String?, _ number: Int) {
        guard let name else { return }
        let known = self[name] != nil || count < ReportBuilder.distinctLimit
        let key = known ? name : ReportBuilder.others
        self[key] = self[key, default: 0].addingCapped(number)
    }
}

extension Int {
    /// A count in a forged record must not be one too many.
    func addingCapped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension ObservedCount {
    fileprivate func isBefore(_ other: ObservedCount) -> Bool {
        if count != other.count { return count > other.count }
        func order(_ row: ObservedCount) -> [String] {
            [row.road, row.place, row.object, row.name, row.client, row.status, row.would].map { $0 ?? "" }
        }
        return order(self).lexicographicallyPrecedes(order(other))
    }
}
