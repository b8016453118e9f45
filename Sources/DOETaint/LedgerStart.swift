internal import DOELinux
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
                    : "make the ledger readable for the daemon")
        }
    }

    static func parse(_ bytes: [UInt8], _ path: String) throws(TaintError) -> LedgerText {
        do throws(LedgerText.Fault) {
            return try LedgerText(bytes)
        } catch {
            throw TaintError(
                .damaged, problem: "the taint ledger \(path) is damaged: \(error.text)",
                remedy: "restore it from a backup, or move it away to begin without its history: what was tainted is"
                    + " then only to be found with 'doe-audit report'")
        }
    }

    /// What of it is to be told.
    static func finding(_ found: LedgerText?) -> LedgerFinding? {
        guard let found else { return .begun }
        return found.torn > 0 ? .torn(bytes: found.torn) : nil
    }
}

/// What was found at the start, where it was not all as it had been left.
public enum LedgerFinding: Hashable, Sendable, CustomStringConvertible {
    /// There was none.
    case begun
    /// A crash had torn the last line.
    case torn(bytes: Int)

    /// As part of a sentence.
    public var description: String {
        switch self {
        case .begun: "there was no taint ledger, and a new one was begun"
        case .torn(let bytes):
            "the last line of the taint ledger was torn, as by a crash, and its \(bytes) bytes were taken away: nobody was "
                + "answered for what it would have said"
        }
    }
}
