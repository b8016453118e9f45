internal import DOETaint
internal import DOEWords
internal import Synchronization

/// The host's letters as a file that scripts and monitoring read: `tainted` in the runtime directory.
final class TaintMask: Sendable {
    private let ledger: TaintLedger
    private let runtimeDirectory: String
    private let failure = Mutex<String?>(nil)

    init(ledger: TaintLedger, runtimeDirectory: String) {
        self.ledger = ledger
        self.runtimeDirectory = runtimeDirectory
    }

    /// Why the file is not up to date.
    var trouble: String? { failure.withLock { $0 } }

    @Sendable func write() {
        do {
            try ledger.writeMask(runtimeDirectory: runtimeDirectory)
            failure.withLock { $0 = nil }
        } catch {
            failure.withLock { $0 = error.description }
        }
    }
}
