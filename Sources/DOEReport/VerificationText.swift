internal import DOEWords

/// A verification for a person's eyes: the answer first, then what it rests on.
public struct VerificationText: Sendable {
    private let check: Verification
    private let isColored: Bool
    private var lines: [String] = []

    /// How many rows of a kind are shown.
    private static let rowLimit = 10

    /// The check as text, a newline at the end of each line. Colour only where the reader's terminal shows it.
    public static func render(_ check: Verification, colored: Bool = false) -> String {
        var text = VerificationText(check: check, isColored: colored)
        text.head()
        text.counts()
        text.device()
        text.sentences("Not as it is known from elsewhere", check.differences)
        // What was not read nobody can look up elsewhere.
        text.sentences("Not read", check.unread.map { "\($0)" }, limit: check.unread.count)
        text.gaps()
        text.sentences("Losses on record", check.losses)
        text.sentences("Losses of taint on record", check.taintLosses)
        text.sentences("Damage in the ring that the daemon's next start records", check.ring?.lost ?? [])
        text.instances()
        return text.lines.map { $0 + "\n" }.joined()
    }

    private init(check: Verification, isColored: Bool) {
        self.check = check
        self.isColored = isColored
    }

    private mutating func head() {
        lines.append(answer)
        if check.records == 0, check.outcome == .unknown {
            lines.append(check.advice)
        }
        if let first = check.first, let last = check.last {
            lines.append("\(Timestamp.span(first, last)), from \(check.source.printable)")
        }
        if check.isVolatile {
            lines.append(
                "The journal lies in memory, or a part of it: its records are lost with the machine. Set Storage=persistent"
                    + " in journald.conf.")
        }
        if let ring = check.ring {
            lines.append("The ring: \(ring.path.printable)")
        } else if check.outcome == .unanchored {
            lines.append(
                "The ring was not read, so records may be missing at the end: name it with --state-directory, or name with"
                    + " --expect the record that 'doe-audit status' has shown as the anchor.")
        }
    }

    private var answer: String {
        switch check.outcome {
        case .whole: painted("The trail is whole: every number has its record.", .good)
        case .unanchored: painted("The trail is whole up to \(reach): nothing says whether there were more.", .warning)
        case .unknown:
            painted("IT CANNOT BE TOLD WHETHER THE TRAIL IS WHOLE: \(unknowns.joined(separator: ", ")).", .critical)
        case .accounted where !check.mayLackRecords:
            painted(
                "Every number has its record. Letters of taint may be lost, and the trail says so: see the losses of taint"
                    + " on record.", .warning)
        case .accounted:
            painted("Records may be lost, and the trail itself says so: see the losses on record.", .warning)
        case .broken: painted("THE TRAIL IS NOT WHOLE: \(doubts.joined(separator: ", ")).", .critical)
        }
    }

    private var unknowns: [String] {
        check.doubts
            + (check.unexplained > 0 ? ["\(check.unexplained) missing, and may stand in what was not read"] : [])
    }

    /// Up to where.
    private var reach: String {
        let open = check.instances.filter { $0.end == nil }
        guard open.count == 1, let row = open.first else { return "the last record of each of \(open.count) instances" }
        return check.instances.count == 1
            ? "record \(row.last)" : "record \(row.last) of instance \(row.instance.printable)"
    }

    private var doubts: [String] {
        let device = check.device?.lost ?? 0
        let lost = check.ring?.lost.count ?? 0
        return [
            check.unexplained > 0 ? "\(check.unexplained) missing without a reason" : nil,
            device > 0 ? "\(device) at the device without a record" : nil,
            check.chainBreaks.isEmpty ? nil : "\(check.chainBreaks.count) changed",
            check.conflicts > 0 ? "\(check.conflicts) with the number of another" : nil,
            check.unreadable > 0 ? "\(check.unreadable) unreadable" : nil,
            lost > 0 ? "the ring is damaged" : nil,
            check.differences.isEmpty ? nil : "\(check.differences.count) not as it is known from elsewhere",
        ].compactMap(\.self)
    }

    private mutating func counts() {
        var rows: [(UInt64, String)] = [(UInt64(check.records), "in the journal")]
        if let ring = check.ring {
            rows.append((UInt64(ring.waiting), "in the ring only: closed, they wait for the journal"))
            rows.append((UInt64(ring.open), "in the ring only: open, under way or cut off by the daemon's end"))
        }
        rows += [
            (UInt64(check.duplicates), "delivered more than once and recognised"),
            (UInt64(check.chainBreaks.count), "that do not fit the one before"),
            (UInt64(check.conflicts), "with the number of another record"),
            (check.accounted, "missing, and a loss on record accounts for them"),
            (check.unexplained, "missing, and nothing says why"),
            (UInt64(check.foreign), "entries of others in the trail's name, ignored"),
            (UInt64(check.unreadable), "entries that cannot be read"),
            (UInt64(check.torn), "entries torn by the machine's death, not counted: read whole elsewhere, or missing"),
            (UInt64(check.unchecked), "of a newer schema, not checked"),
        ]
        table("Records", rows)
    }

    private mutating func device() {
        guard let device = check.device else { return }
        table(
            "Exchanges at the device",
            [
                (UInt64(device.executed), "in the device's log"), (UInt64(device.recorded), "with a record"),
                (UInt64(device.accounted), "without a record, and a loss on record may account for them"),
                (UInt64(device.lost), "without a record, and nothing says why"),
            ])
    }

    private mutating func gaps() {
        sentences(
            "Missing without a reason",
            check.unexplainedGaps.map { "\(numbers($0.first, $0.last)) of \(name($0.instance, $0.machine))" })
        sentences(
            "Changed, or the one before was",
            check.chainBreaks.map {
                "\($0.sequence) of \(name($0.instance, $0.machine))"
                    + ($0.isAltered ? ": it is none that a daemon writes" : "")
            })
        sentences(
            "Two records with one number",
            check.conflicting.map { "\($0.sequence) of \(name($0.instance, $0.machine))" })
    }

    /// With its host where the journal has records of several.
    private func name(_ instance: String, _ machine: String?) -> String {
        let host = check.instances.first { $0.machine == machine && $0.host != nil }?.host
        return "instance \(instance)" + (host.map { " on \($0)" } ?? "")
    }

    /// The newest first.
    private mutating func instances() {
        guard !check.instances.isEmpty else { return }
        lines += ["", painted("Instance", .title)]
        for row in check.instances.reversed().prefix(Self.rowLimit) {
            var words = ["\(row.instance.printable)  \(row.outcome.rawValue)"]
            if let host = row.host { words.append("on \(host.asName)") }
            words.append(row.records == 0 ? "no record" : "numbers \(numbers(row.first, row.last))")
            if row.waiting > 0 { words.append("\(row.waiting) in the ring only") }
            if row.duplicates > 0 { words.append("\(row.duplicates) delivered twice") }
            if row.accounted > 0 { words.append("\(row.accounted) missing, accounted for") }
            if row.unexplained > 0 { words.append("\(row.unexplained) missing, unexplained") }
            if row.chainBreaks > 0 { words.append("\(row.chainBreaks) changed") }
            if let end = row.end { words.append(end.words) }
            lines.append("  " + words.joined(separator: ", "))
        }
        addRest(check.instances.count)
    }

    private mutating func table(_ title: String, _ rows: [(count: UInt64, what: String)]) {
        let digits = rows.map { String($0.count).count }.max() ?? 0
        lines += ["", painted(title, .title)]
        for row in rows {
            let number = String(row.count)
            lines.append("  " + String(repeating: " ", count: digits - number.count) + "\(number)  \(row.what)")
        }
    }

    private mutating func sentences(_ title: String, _ sentences: [String], limit: Int = rowLimit) {
        guard !sentences.isEmpty else { return }
        lines += ["", painted(title, .title)]
        lines += sentences.prefix(limit).map { "  \($0.printable)" }
        addRest(sentences.count, limit: limit)
    }

    private mutating func addRest(_ count: Int, limit: Int = rowLimit) {
        if count > limit { lines.append("  and \(count - limit) more: --json") }
    }

    private func numbers(_ first: UInt64, _ last: UInt64) -> String {
        first == last ? "\(first)" : "\(first) to \(last)"
    }

    private func painted(_ text: String, _ paint: Paint) -> String { paint.on(text, colored: isColored) }
}

extension Verification.End {
    /// How the end is known.
    fileprivate var words: String {
        switch self {
        case .ring: "its end is in the ring"
        case .expected: "fits the record that is expected"
        case .named: "its end is named by the one after it"
        case .later: "later than what is expected"
        }
    }
}
