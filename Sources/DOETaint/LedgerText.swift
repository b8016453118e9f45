internal import DOEWords

/// A ledger as it was read, of version 2 or of 0.1.0.
///
/// Version 2 is a list of lines that only grows until it is written anew, whole:
/// ```
/// doe-audit-taint 2 # DIGEST
/// boot 5ad1…; ledger 3b0e6f2a9b3d4711 LINES; since-boot V FIRST LAST COUNT host; … # DIGEST
/// since-boot A FIRST LAST COUNT mailbox 0000:0d:00.0@190; unacknowledged A … device 8086:0d93:0000000000001234 # DIGEST
/// acknowledged VA device 8086:0d93:0000000000001234 # DIGEST
/// ```
/// Each line is on the disk before the next one is begun. So a crash can tear the last one alone, and nobody was
/// answered for what that one says.
struct LedgerText: Sendable {
    /// What its facts come to.
    var snapshot: TaintSnapshot
    /// How far it has come; `nil` of 0.1.0, and of one that does not say which ledger it is.
    var mark: LedgerMark?
    /// Whether the next line can be appended: not to one of 0.1.0, nor after a torn line.
    var isAppendable: Bool
    /// How many bytes of a torn line stand behind the last whole one.
    var torn: Int
    /// Whose letters a torn line was about, as far as it can be read.
    var tornNames: [String] = []
    /// Whether a line is another than the one of which a mark was noted.
    var isAnother = false

    /// What is wrong with a ledger, as part of a sentence.
    struct Fault: Error, Hashable {
        let text: String
    }

    private static let firstLine = "doe-audit-taint 2"

    /// All of a snapshot, in lines of `lineBytes` at most; so many lines were written to this ledger before.
    static func bytes(
        of snapshot: TaintSnapshot, ledger: UInt64, linesBefore: UInt64, lineBytes: Int
    ) -> (bytes: [UInt8], mark: LedgerMark) {
        var digest = ""
        var bytes = LedgerLine.bytes(firstLine, after: &digest)
        var facts: [LedgerFact] = []
        var length = 0
        var lines = linesBefore + 2
        for fact in snapshot.facts(in: .ledger(ledger, linesBefore: linesBefore)) {
            let more = fact.text.utf8.count + 2
            // Half of it, so that the digest has room whatever the limit is.
            if length + more > lineBytes / 2, !facts.isEmpty {
                bytes += LedgerLine.bytes(facts, after: &digest)
                (facts, length) = ([], 0)
                lines += 1
            }
            facts.append(fact)
            length += more
        }
        bytes += LedgerLine.bytes(facts, after: &digest)
        return (bytes, LedgerMark(ledger: ledger, lines: lines, digest: digest))
    }

    /// Reads it; `marks` were noted of it before.
    init(_ bytes: [UInt8], marks: [LedgerMark] = []) throws(Fault) {
        if bytes.starts(with: "\(FirstLedger.firstLine)\n".utf8) {
            self.init(snapshot: try FirstLedger.parse(bytes), isAppendable: false, torn: 0)
            isAnother = !marks.isEmpty
            return
        }
        var reader = LineReader(bytes)
        guard let first = reader.next() else { throw Fault(text: "line 1 does not fit its digest, or is cut off") }
        guard first == Self.firstLine else {
            throw Fault(text: "line 1 is not '\(Self.firstLine)': it is no ledger, or one of another version")
        }
        var snapshot: TaintSnapshot?
        var beginning: (ledger: UInt64, lines: UInt64)?
        var hasOtherLine = false
        while let text = reader.next() {
            guard let facts = LedgerLine.facts(in: text) else {
                throw Fault(text: "line \(reader.line) is not understood: it may be of a newer version")
            }
            if snapshot == nil, case .boot(let boot)? = facts.first { snapshot = TaintSnapshot(boot: boot) }
            guard snapshot != nil else { throw Fault(text: "line \(reader.line) does not name the boot") }
            for fact in facts {
                if beginning == nil, case .ledger(let ledger, let lines) = fact { beginning = (ledger, lines) }
                snapshot?.add(fact)
            }
            let lines = (beginning?.lines ?? 0) &+ reader.line
            hasOtherLine = hasOtherLine || marks.contains { $0.lines == lines && $0.digest != reader.digest }
        }
        if let fault = reader.fault { throw fault }
        guard let snapshot else { throw Fault(text: "it does not name the boot") }
        self.init(snapshot: snapshot, isAppendable: reader.isAppendable && beginning != nil, torn: reader.rest.count)
        tornNames = LedgerLine.names(inTorn: reader.rest)
        mark = beginning.map {
            LedgerMark(ledger: $0.ledger, lines: $0.lines &+ reader.line, digest: reader.digest)
        }
        isAnother = hasOtherLine || marks.contains { $0.ledger != beginning?.ledger }
    }

    private init(snapshot: TaintSnapshot, isAppendable: Bool, torn: Int) {
        self.snapshot = snapshot
        self.isAppendable = isAppendable
        self.torn = torn
    }
}

/// Goes through the lines as long as each fits its digest.
private struct LineReader {
    private(set) var rest: ArraySlice<UInt8>
    private(set) var digest = ""
    /// The number of the line that was read last.
    private(set) var line: UInt64 = 0
    /// A line without its newline is whole, but nothing can be appended to it.
    private var hasNewline = true

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> String? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        var found = LedgerLine.text(of: rest[..<(end ?? rest.endIndex)], after: &digest)
        // Where another byte stands in place of the newline the line itself is whole.
        if end == nil, found == nil { found = LedgerLine.text(of: rest.dropLast(), after: &digest) }
        guard let text = found else { return nil }
        rest = end.map { rest[($0 + 1)...] } ?? []
        hasNewline = end != nil
        line += 1
        return text
    }

    /// Whether a line can be added, once there is no other.
    var isAppendable: Bool { hasNewline && rest.isEmpty }

    /// What stands behind the last whole line is a torn one where it has no end, or where blocks of it were never
    /// written, which then read as zeros. Anything else was changed by somebody, or by a bad disk.
    var fault: LedgerText.Fault? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        if end == rest.endIndex - 1, rest.contains(0) { return nil }
        return LedgerText.Fault(text: "line \(line + 1) does not fit its digest, or the line before it is missing")
    }
}
