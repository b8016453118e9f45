public import DOELinux
public import DOEWords
internal import Synchronization

/// The ledger of taints on disk: `taint` in the state directory.
///
/// A new letter is on the disk before `raise` returns; counts and last times of known letters wait for `flush`, which
/// is due 5 s after `dirtySince` (`LedgerKeeper` sees to it). Only who writes waits for the disk: what reads, and a
/// letter that is there already, never do, however long the disk takes. What one call costs does not grow with what
/// the ledger holds.
public final class TaintLedger: Sendable {
    /// How long counts may lag, microseconds.
    public static let flushInterval: UInt64 = 5_000_000

    struct State {
        /// Changed in place, and never copied in here.
        var snapshot: TaintSnapshot
        /// Whose counts are in memory only.
        var waiting: Set<TaintOwner> = []
        /// What is not on the disk, though it was raised.
        var owed = OwedTable()
        var dirtySince: UInt64?
        var trouble: String?
        /// Why it could not be noted how far the ledger has come.
        var markTrouble: LinuxError?
        var changes = LedgerChanges()
        var whenDirty: (@Sendable () -> Void)?
        var tell: (@Sendable (LedgerNews) -> Void)?
    }

    let limits: LedgerLimits
    /// What is in memory. Never held while anything is written.
    let state: BargingMutex<State>
    /// Held by who writes the ledger.
    private let writer: Mutex<LedgerWriter>
    /// Told how far the ledger has come, by who writes it.
    private let noteMark: Mutex<(@Sendable (LedgerMark) throws(LinuxError) -> Void)?> = Mutex(nil)
    /// Held by who writes the mask.
    private let masking = Mutex(())
    /// What was found at the start and is to be told; `nil` where all was as it had been left.
    public let finding: LedgerFinding?

    /// Reads the ledger of a state directory that exists, or begins one where there is no file. `boot` is the running
    /// kernel's boot id: letters of an earlier boot leave the view since boot. `marks` were noted elsewhere of how
    /// far the ledger had come: where it lacks something of that, the host is tainted `L`, and `finding` says it.
    ///
    /// `beforeLoss` is told of such a finding before the write that makes it show no more.
    ///
    /// A ledger that is not what was written is an error, never an empty ledger; but a last line that a crash has
    /// torn is taken away.
    public convenience init(
        directory: String, boot: String, marks: LedgerMarks = LedgerMarks(),
        beforeLoss: (LedgerFinding) -> Void = { _ in }
    ) throws(TaintError) {
        let path = Self.path(in: directory)
        try self.init(
            LedgerFile(path), path: path, boot: boot, limits: LedgerLimits(), marks: marks, beforeLoss: beforeLoss)
    }

    /// Where the ledger of a state directory is.
    static func path(in directory: String) -> String { directory + "/taint" }

    init(
        _ disk: any LedgerDisk, path: String, boot: String, limits: LedgerLimits, marks: LedgerMarks = LedgerMarks(),
        beforeLoss: (LedgerFinding) -> Void = { _ in }
    ) throws(TaintError) {
        let bytes = try LedgerStart.read(disk, path, limits)
        let found = try bytes.map { bytes throws(TaintError) in try LedgerStart.parse(bytes, path, marks.all) }
        finding = LedgerStart.finding(found, marks)
        var snapshot = found?.snapshot ?? TaintSnapshot(boot: boot)
        let isOfThisBoot = found?.snapshot.boot == boot
        if !isOfThisBoot { snapshot.begin(boot) }
        var owed = OwedTable()
        let isLoss = finding?.isLoss == true
        if let finding, isLoss {
            beforeLoss(finding)
            // With the very write that makes what is missing show no more.
            let now = Clocks.realtimeMicroseconds
            owed.add(
                snapshot.missing(.lost, mailbox: nil, subject: .host), mailbox: nil, subject: .host, time: now)
            snapshot.raise(.lost, mailbox: nil, subject: .host, time: now)
        }
        var writer = LedgerWriter(
            disk, limits: limits, path: path, after: found, length: bytes?.count ?? 0, marks: marks.all)
        var trouble: String?
        if !isOfThisBoot || isLoss || writer.isWholeDue {
            do throws(TaintError) {
                try writer.keepWhole(snapshot)
                owed = OwedTable()
            } catch {
                // What is there already need not be written: on a full disk a daemon that was killed can start again,
                // and deliver what its ring holds. Until this works no new letter can be kept.
                guard isOfThisBoot else { throw error }
                trouble = error.description
            }
        }
        self.limits = limits
        self.writer = Mutex(writer)
        let isClean = trouble == nil
        state = BargingMutex(
            State(
                snapshot: snapshot, waiting: isClean ? [] : [.place(.host)], owed: owed,
                dirtySince: isClean ? nil : Clocks.monotonicMicroseconds, trouble: trouble))
    }

    /// Calls `body` whenever something begins to wait, on the thread that made it.
    func whenDirty(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenDirty = body } }

    /// Calls `body` with news of the ledger, on the thread that found them, and with no lock held.
    public func whenTold(_ body: @escaping @Sendable (LedgerNews) -> Void) { state.withLock { $0.tell = body } }

    /// Calls `body` with how far the ledger has come, now and after each write, in order: so one that lacks something
    /// at the next start shows. It may take its time where the ledger's own write may; what it throws is told.
    public func noteMarks(_ body: @escaping @Sendable (LedgerMark) throws(LinuxError) -> Void) {
        writer.withLock { writer in
            noteMark.withLock { $0 = body }
            if let mark = writer.mark { note(mark) }
        }
    }

    /// How far it has come; `nil` where nobody knows how it stands on the disk. It waits for who writes.
    public var mark: LedgerMark? { writer.withLock { $0.mark } }

    private func note(_ mark: LedgerMark) {
        guard let note = noteMark.withLock({ $0 }) else { return }
        var trouble: LinuxError?
        do throws(LinuxError) {
            try note(mark)
        } catch {
            // Too few descriptors are told elsewhere, and pass.
            trouble = error.isShortage ? nil : error
        }
        state.withLock { [trouble] in $0.markTrouble = trouble }
    }

    /// Since when something waits to be written, on the monotonic clock in microseconds; `nil` when nothing waits.
    public var dirtySince: UInt64? { state.withLock { $0.dirtySince } }

    /// Why the last attempt to write the ledger failed; `nil` where it worked.
    public var trouble: String? { state.withLock { $0.trouble } }

    /// What the ledger holds now.
    public var snapshot: TaintSnapshot { state.withLock { $0.snapshot } }

    /// The host's letters since boot.
    public var hostLetters: TaintLetters { state.withLock { $0.snapshot.hostLetters } }

    /// All letters that nobody has acknowledged.
    public var unacknowledgedLetters: TaintLetters { state.withLock { $0.snapshot.unacknowledgedLetters } }

    /// Writes the host's letters since boot to the file `tainted` in the runtime directory, whole or not at all:
    /// `NUMBER LETTERS` and a newline, `0` and no letters on a clean host.
    public func writeMask(runtimeDirectory: String) throws(TaintError) {
        // Inside a lock, so that the mask of a later raise is never overwritten by an earlier one.
        try masking.withLock { _ throws(TaintError) in
            let letters = hostLetters
            let text = letters.isEmpty ? "0\n" : "\(letters.rawValue) \(letters)\n"
            do throws(LinuxError) {
                try AtomicFile.write(Array(text.utf8), to: runtimeDirectory + "/tainted", mode: 0o644)
            } catch {
                throw TaintError(
                    .unwritable, problem: error.problem, remedy: "make \(runtimeDirectory) writable for the daemon")
            }
        }
    }

    /// Runs what may write, and tells of what came to light.
    func writing<Result: Sendable>(
        _ body: (inout LedgerWriter) throws(TaintError) -> Result
    ) throws(TaintError) -> Result {
        var news: [LedgerNews] = []
        defer { tell(news) }
        return try writer.withLock { writer throws(TaintError) in
            let owedBefore = !state.withLock { $0.owed.isEmpty }
            let before = writer.mark
            defer {
                news = writer.takeNews()
                if owedBefore { news.append(state.withLock { $0.owed.isEmpty } ? .paid : .owes) }
                if let mark = writer.mark, mark != before { note(mark) }
            }
            return try body(&writer)
        }
    }

    /// Notes what a write came to, which holds what was `owed` when its facts were taken. Where it failed,
    /// `LedgerKeeper` tries again.
    func attempt(
        _ writer: inout LedgerWriter, paying owed: OwedTable,
        _ write: (inout LedgerWriter) throws(TaintError) -> Void
    ) throws(TaintError) {
        do throws(TaintError) {
            try write(&writer)
            state.withLock { state in
                state.trouble = nil
                state.owed.remove(owed)
            }
        } catch {
            let isFull = writer.isFull
            let wake = state.withLock { state -> (@Sendable () -> Void)? in
                state.trouble = error.description
                // One that is too large stays so until something is acknowledged.
                guard !isFull else { return nil }
                state.waiting.insert(.place(.host))
                return state.beginWaiting()
            }
            wake?()
            throw error
        }
    }

    private func tell(_ news: [LedgerNews]) {
        guard !news.isEmpty else { return }
        let time = Clocks.realtimeMicroseconds
        let tell = state.withLock { state in
            for case .changed(let change, let isPutBack) in news {
                state.changes.note(change, isPutBack: isPutBack, time: time)
            }
            return state.tell
        }
        for item in news { tell?(item) }
    }
}

extension TaintLedger.State {
    /// Raises letters in memory, whose marks wait to be written; returns whom to tell, where nothing had waited before.
    mutating func raiseWaiting(
        _ letters: TaintLetters, mailbox: MailboxIdentity?, subject: TaintSubject, time: UInt64
    ) -> (@Sendable () -> Void)? {
        snapshot.raise(letters, mailbox: mailbox, subject: subject, time: time)
        waiting.insert(.subject(subject))
        for place in TaintPlace.all(of: mailbox) { waiting.insert(.place(place)) }
        return beginWaiting()
    }

    /// Something waits from now on; returns whom to tell, where nothing had waited before.
    mutating func beginWaiting() -> (@Sendable () -> Void)? {
        guard dirtySince == nil else { return nil }
        dirtySince = Clocks.monotonicMicroseconds
        return whenDirty
    }
}
