internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// Reading the ledger when the daemon starts.
enum LedgerStart {
    static func read(_ disk: any LedgerDisk, _ path: String, _ limits: LedgerLimits) throws(TaintError) -> [UInt8]? {
        do throws(LinuxError) {
            return try disk.read(limit: limits.fileBytes)
        } catch {
            throw TaintError(
                .unreadable, problem: error.problem,
                remedy: error.errno == .fileTooLarge
                    ? "no daemon writes more than \(limits.fileBytes) bytes: restore \(path) from a backup"
                    : error.remedy ?? "make the ledger readable for the daemon")
        }
    }

    static func parse(_ bytes: [UInt8], _ path: String, _ marks: [LedgerMark]) throws(TaintError) -> LedgerText {
        do throws(LedgerText.Fault) {
            return try LedgerText(bytes, marks: marks)
        } catch {
            throw TaintError(
                .damaged, problem: "the taint ledger \(path) is damaged: \(error.text)",
                remedy: "restore it from a backup, or move it away to begin without its history: what was tainted is"
                    + " then only to be found with 'doe-audit report'")
        }
    }

    /// What of it is to be told; `marks` were noted of it elsewhere.
    static func finding(_ found: LedgerText?, _ marks: LedgerMarks) -> LedgerFinding? {
        let noted = marks.all.map(\.lines).max() ?? 0
        guard let found else { return marks.all.isEmpty ? .begun : .absent(lines: noted) }
        let lines = found.mark?.lines ?? 0
        // After an orderly end there is no line whose mark a crash has kept from being noted.
        let isTooLong = marks.last.map { lines > $0.lines } ?? false
        guard !found.isAnother, !isTooLong else { return .another }
        if noted > lines { return .behind(lines: noted - lines, torn: found.torn, of: found.tornNames) }
        let torn = found.torn > 0 ? LedgerFinding.torn(bytes: found.torn, of: found.tornNames) : nil
        guard let doubt = marks.doubt else { return torn }
        return .unproven(because: [doubt, torn?.description].compactMap(\.self).joined(separator: "; "))
    }
}
