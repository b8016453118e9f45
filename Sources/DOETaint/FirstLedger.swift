internal import DOEWords

/// The ledger of 0.1.0, which is read and never written: one line a fact, and a last line with a digest over all that
/// is above it. Devices are known by their serial number alone there.
enum FirstLedger {
    static let firstLine = "doe-audit-taint 1"

    static func parse(_ bytes: [UInt8]) throws(LedgerText.Fault) -> TaintSnapshot {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(text: "it is not UTF-8") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.removeLast().isEmpty else { throw Fault(text: "it is cut off") }
        let digest = lines.removeLast()
        let body = text.utf8.dropLast(digest.utf8.count + 1)
        guard digest == "sha256 \(SHA256Digest(of: body))" else {
            throw Fault(text: "its digest does not fit its lines")
        }
        guard case .boot(let boot) = LedgerFact(lines[1]) else { throw Fault(text: "line 2 does not name the boot") }
        var snapshot = TaintSnapshot(boot: boot)
        for (index, line) in lines.enumerated().dropFirst(2) {
            guard let fact = LedgerFact(line) else { throw Fault(text: "line \(index + 1) is not understood") }
            snapshot.add(fact)
        }
        return snapshot
    }

    private typealias Fault = LedgerText.Fault
}
