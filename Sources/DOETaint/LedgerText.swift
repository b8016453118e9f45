internal import DOEWords

/// A ledger as it was read, of version 2 or of 0.1.0.
///
/// Version 2 is a list of lines that only grows until it is written anew, whole:
/// ```
/// doe-audit-taint 2 # DIGEST
/// boot 5ad1…; since-boot V FIRST LAST COUNT host; … # DIGEST
/// since-boot A FIRST LAST COUNT mailbox 0000:0d:00.0@190; unacknowledged A … device 8086:0d93:0000000000001234 # DIGEST
/// acknowledged VA device 8086:0d93:0000000000001234 # DIGEST
/// ```
/// Each line is on the disk before the next one is begun. So a crash can tear the last one alone, and nobody was
/// answered for what that one says.
struct LedgerText: Sendable {
    /// What its facts come to.
    var snapshot: TaintSnapshot
    /// The last line's digest; empty where the next line cannot be appended: of 0.1.0, or after a torn line.
    var digest: String
    /// How many bytes of a torn line stand behind the last whole one.
    var torn: Int

    /// What is wrong with a ledger, as part of a sentence.
    struct Fault: Error, Hashable {
        let text: String
    }

    private static let firstLine = "doe-audit-taint 2"

    /// All of a snapshot, in lines of `lineBytes` at most.
    static func bytes(of snapshot: TaintSnapshot, lineBytes: Int) -> (bytes: [UInt8], digest: String) {
        var digest = ""
        var bytes = LedgerLine.bytes(firstLine, after: &digest)
        var facts: [LedgerFact] = []
        var length = 0
        for fact in snapshot.facts {
            let more = fact.text.utf8.count + 2
            // Half of it, so that the digest has room whatever the limit is.
            if length + more > lineBytes / 2, !facts.isEmpty {
                bytes += LedgerLine.bytes(facts, after: &digest)
                (facts, length) = ([], 0)
            }
            facts.append(fact)
            length += more
        }
        return (bytes + LedgerLine.bytes(facts, after: &digest), digest)
    }

    init(_ bytes: [UInt8]) throws(Fault) {
        if bytes.starts(with: "\(FirstLedger.firstLine)\n".utf8) {
            self.init(snapshot: try FirstLedger.parse(bytes), digest: "", torn: 0)
            return
        }
        var reader = LineReader(bytes)
        guard let first = reader.next() else { throw Fault(text: "line 1 does not fit its digest, or is cut off") }
        guard first == Self.firstLine else {
            throw Fault(text: "line 1 is not '\(Self.firstLine)': it is no ledger, or one of another version")
        }
        var snapshot: TaintSnapshot?
        while let text = reader.next() {
            guard let facts = LedgerLine.facts(in: text) else {
                throw Fault(text: "line \(reader.line) is not understood")
            }
            if snapshot == nil, case .boot(let boot)? = facts.first { snapshot = TaintSnapshot(boot: boot) }
            guard snapshot != nil else { throw Fault(text: "line \(reader.line) does not name the boot") }
            for fact in facts { snapshot?.add(fact) }
        }
        if let fault = reader.fault { throw fault }
        guard let snapshot else { throw Fault(text: "it does not name the boot") }
        self.init(snapshot: snapshot, digest: reader.isAppendable ? reader.digest : "", torn: reader.rest.count)
    }

    init(snapshot: TaintSnapshot, digest: String, torn: Int) {
        self.snapshot = snapshot
        self.digest = digest
        self.torn = torn
    }
}

/// Goes through the lines as long as each fits its digest.
private struct LineReader {
    private(set) var rest: ArraySlice<UInt8>
    private(set) var digest = ""
    /// The number of the line that was read last.
    private(set) var line = 0
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
