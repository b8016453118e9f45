internal import DOELinux
public import DOEWords
internal import Synchronization
internal import SystemPackage

/// The ledger of taints on disk: `taint` in the state directory.
///
/// A new letter is on the disk before `raise` returns; counts and last times of known letters wait for `flush`, which
/// is due 5 s after `dirtySince`.
public final class TaintLedger: Sendable {
    /// How long counts may lag, microseconds.
    public static let flushInterval: UInt64 = 5_000_000
    private static let sizeLimit = 16 << 20

    private struct State {
        var snapshot: TaintSnapshot
        var dirtySince: UInt64?
        var trouble: String?
    }

    private let path: String
    private let state: Mutex<State>

    /// Reads the ledger of a state directory that exists, or begins one where there is no file. `boot` is the running
    /// kernel's boot id: letters of an earlier boot leave the view since boot.
    ///
    /// A ledger that is not what was written is an error, never an empty ledger.
    public init(directory: String, boot: String) throws(TaintError) {
        path = directory + "/taint"
        let found = try Self.read(path)
        var snapshot = found ?? TaintSnapshot(boot: boot)
        if snapshot.boot != boot {
            snapshot.boot = boot
            snapshot.sinceBoot = [:]
        }
        // What is there already need not be written: on a full disk a daemon that was killed can start again, and
        // deliver what its ring holds.
        if found?.boot != boot { try Self.save(snapshot, to: path) }
        state = Mutex(State(snapshot: snapshot, dirtySince: nil))
    }

    /// Raises letters on a mailbox, its function and the host (on the host alone without a mailbox); `time` is the
    /// event's, microseconds since 1970. Returns the letters that were new to the mailbox, since boot or since the
    /// last acknowledgement: those are on the disk.
    ///
    /// When it throws, nothing was raised; a later try starts anew.
    public func raise(_ letters: TaintLetters, mailbox: MailboxIdentity?, time: UInt64) throws(TaintError)
        -> TaintLetters
    {
        guard !letters.isEmpty else { return [] }
        return try state.withLock { state throws(TaintError) in
            var next = state.snapshot
            let new = next.raise(letters, mailbox: mailbox, time: time)
            if new.isEmpty {
                state.dirtySince = state.dirtySince ?? Clocks.monotonicMicroseconds
            } else {
                try save(next, &state)
            }
            state.snapshot = next
            return new
        }
    }

    /// Since when counts wait to be written, on the monotonic clock in microseconds; `nil` when nothing waits.
    public var dirtySince: UInt64? { state.withLock { $0.dirtySince } }

    /// Writes counts that wait; without any it does nothing.
    public func flush() throws(TaintError) {
        try state.withLock { state throws(TaintError) in
            guard state.dirtySince != nil else { return }
            try save(state.snapshot, &state)
        }
    }

    /// Why the last attempt to write the ledger failed; `nil` where it worked.
    public var trouble: String? { state.withLock { $0.trouble } }

    /// What the ledger holds now.
    public var snapshot: TaintSnapshot { state.withLock { $0.snapshot } }

    /// Writes the host's letters since boot to the file `tainted` in the runtime directory, whole or not at all:
    /// `NUMBER LETTERS` and a newline, `0` and no letters on a clean host.
    public func writeMask(runtimeDirectory: String) throws(TaintError) {
        // Inside the lock, so that the mask of a later raise is never overwritten by an earlier one.
        try state.withLock { state throws(TaintError) in
            let letters = state.snapshot.hostLetters
            let text = letters.isEmpty ? "0\n" : "\(letters.rawValue) \(letters)\n"
            do throws(LinuxError) {
                try AtomicFile.write(Array(text.utf8), to: runtimeDirectory + "/tainted", mode: 0o644)
            } catch {
                throw TaintError(
                    .unwritable, problem: error.problem, remedy: "make \(runtimeDirectory) writable for the daemon")
            }
        }
    }

    private func save(_ snapshot: TaintSnapshot, _ state: inout State) throws(TaintError) {
        do throws(TaintError) {
            try Self.save(snapshot, to: path)
            state.dirtySince = nil
            state.trouble = nil
        } catch {
            state.trouble = error.description
            throw error
        }
    }

    private static func read(_ path: String) throws(TaintError) -> TaintSnapshot? {
        let bytes: [UInt8]
        do throws(LinuxError) {
            bytes = try WholeFile.read(path, limit: sizeLimit)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw TaintError(.unreadable, problem: error.problem, remedy: "make the ledger readable for the daemon")
        }
        do throws(LedgerFormat.Fault) {
            return try LedgerFormat.parse(bytes)
        } catch {
            throw TaintError(
                .damaged, problem: "the taint ledger \(path) is damaged: \(error.text)",
                remedy: "restore it from a backup, or move it away to begin without its history: what was tainted is"
                    + " then only to be found with 'doe-audit report'")
        }
    }

    private static func save(_ snapshot: TaintSnapshot, to path: String) throws(TaintError) {
        do throws(LinuxError) {
            try AtomicFile.write(LedgerFormat.text(of: snapshot), to: path, mode: 0o640)
        } catch {
            throw TaintError(
                .unwritable, problem: "the taint ledger cannot be kept: \(error.problem)",
                remedy: "make room on, or give write access to, the file system of the state directory")
        }
    }
}
