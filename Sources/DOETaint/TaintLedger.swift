internal import DOELinux
public import DOEWords
internal import Synchronization
internal import SystemPackage

/// The ledger of taints on disk: `taint` in the state directory.
///
/// A new letter is on the disk before `raise` returns; counts and last times of known letters wait for `flush`, which
/// is due 5 s after `dirtySince` (`LedgerKeeper` sees to it). Only who writes waits for the disk: `snapshot`,
/// `trouble` and a letter that is there already never do, however long the disk takes.
public final class TaintLedger: Sendable {
    /// How long counts may lag, microseconds.
    public static let flushInterval: UInt64 = 5_000_000
    private static let sizeLimit = 16 << 20

    private struct State {
        var snapshot: TaintSnapshot
        var dirtySince: UInt64?
        var trouble: String?
        /// Raises that are in memory only, ever: tells a writer whether some came while it wrote.
        var counted: UInt64 = 0
        var whenDirty: (@Sendable () -> Void)?
    }

    /// Replaces a file whole; a test's may take its time.
    typealias Write = @Sendable (_ content: [UInt8], _ path: String) throws(LinuxError) -> Void

    private let path: String
    private let write: Write
    /// What is in memory. Never held while anything is written.
    private let state: BargingMutex<State>
    /// Held by who writes the ledger.
    private let writing = Mutex(())
    /// Held by who writes the mask.
    private let masking = Mutex(())

    /// Reads the ledger of a state directory that exists, or begins one where there is no file. `boot` is the running
    /// kernel's boot id: letters of an earlier boot leave the view since boot.
    ///
    /// A ledger that is not what was written is an error, never an empty ledger.
    public convenience init(directory: String, boot: String) throws(TaintError) {
        try self.init(directory: directory, boot: boot) { content, path throws(LinuxError) in
            try AtomicFile.write(content, to: path, mode: 0o640)
        }
    }

    /// Where the ledger of a state directory is.
    static func path(in directory: String) -> String { directory + "/taint" }

    init(directory: String, boot: String, write: @escaping Write) throws(TaintError) {
        path = Self.path(in: directory)
        self.write = write
        let found = try Self.read(path)
        var snapshot = found ?? TaintSnapshot(boot: boot)
        if snapshot.boot != boot {
            snapshot.boot = boot
            snapshot.sinceBoot = [:]
        }
        // What is there already need not be written: on a full disk a daemon that was killed can start again, and
        // deliver what its ring holds.
        if found?.boot != boot { try Self.save(snapshot, to: path, write) }
        state = BargingMutex(State(snapshot: snapshot, dirtySince: nil))
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
        guard !raiseKnown(letters, mailbox, time) else { return [] }
        return try writing.withLock { _ throws(TaintError) in
            var (next, counted) = state.withLock { ($0.snapshot, $0.counted) }
            let new = next.raise(letters, mailbox: mailbox, time: time)
            guard !new.isEmpty else {
                _ = raiseKnown(letters, mailbox, time)
                return new
            }
            try save(next, counted)
            // Not `next` itself: counts of other letters may have come while it was written.
            state.withLock { _ = $0.snapshot.raise(letters, mailbox: mailbox, time: time) }
            return new
        }
    }

    /// Counts letters that are all there already; `false`, with nothing done, where one is new.
    private func raiseKnown(_ letters: TaintLetters, _ mailbox: MailboxIdentity?, _ time: UInt64) -> Bool {
        let (isKnown, tell) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            var next = state.snapshot
            guard next.raise(letters, mailbox: mailbox, time: time).isEmpty else { return (false, nil) }
            state.snapshot = next
            state.counted += 1
            guard state.dirtySince == nil else { return (true, nil) }
            state.dirtySince = Clocks.monotonicMicroseconds
            return (true, state.whenDirty)
        }
        tell?()
        return isKnown
    }

    /// Calls `body` whenever counts begin to wait, on the thread that raised them.
    func whenDirty(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenDirty = body } }

    /// Since when counts wait to be written, on the monotonic clock in microseconds; `nil` when nothing waits.
    public var dirtySince: UInt64? { state.withLock { $0.dirtySince } }

    /// Writes counts that wait; without any it does nothing.
    public func flush() throws(TaintError) {
        try writing.withLock { _ throws(TaintError) in
            let (snapshot, counted, isDirty) = state.withLock { ($0.snapshot, $0.counted, $0.dirtySince != nil) }
            if isDirty { try save(snapshot, counted) }
        }
    }

    /// Why the last attempt to write the ledger failed; `nil` where it worked.
    public var trouble: String? { state.withLock { $0.trouble } }

    /// What the ledger holds now.
    public var snapshot: TaintSnapshot { state.withLock { $0.snapshot } }

    /// Writes the host's letters since boot to the file `tainted` in the runtime directory, whole or not at all:
    /// `NUMBER LETTERS` and a newline, `0` and no letters on a clean host.
    public func writeMask(runtimeDirectory: String) throws(TaintError) {
        // Inside a lock, so that the mask of a later raise is never overwritten by an earlier one.
        try masking.withLock { _ throws(TaintError) in
            let letters = snapshot.hostLetters
            let text = letters.isEmpty ? "0\n" : "\(letters.rawValue) \(letters)\n"
            do throws(LinuxError) {
                try AtomicFile.write(Array(text.utf8), to: runtimeDirectory + "/tainted", mode: 0o644)
            } catch {
                throw TaintError(
                    .unwritable, problem: error.problem, remedy: "make \(runtimeDirectory) writable for the daemon")
            }
        }
    }

    /// Inside `writing`. `counted` is from the moment at which the snapshot was taken.
    private func save(_ snapshot: TaintSnapshot, _ counted: UInt64) throws(TaintError) {
        do throws(TaintError) {
            try Self.save(snapshot, to: path, write)
            state.withLock { state in
                if state.counted == counted { state.dirtySince = nil }
                state.trouble = nil
            }
        } catch {
            state.withLock { $0.trouble = error.description }
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

    private static func save(_ snapshot: TaintSnapshot, to path: String, _ write: Write) throws(TaintError) {
        do throws(LinuxError) {
            try write(LedgerFormat.text(of: snapshot), path)
        } catch {
            throw TaintError(
                .unwritable, problem: "the taint ledger cannot be kept: \(error.problem)",
                remedy: error.remedy(forWritingIn: "the state directory"))
        }
    }
}
