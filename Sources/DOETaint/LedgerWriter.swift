internal import DOELinux
internal import DOEWords

/// Writes the ledger: adds lines, or all of it anew where that has become due. One caller at a time.
struct LedgerWriter: Sendable {
    private let disk: any LedgerDisk
    private let limits: LedgerLimits
    /// Its place in messages.
    private let path: String
    /// Which ledger it is.
    private let ledger: UInt64
    /// How many lines were ever written to it.
    private var lines: UInt64
    /// The last line's digest; empty where nothing can be added to what is there.
    private var digest: String
    private var length: Int
    /// Its length when it was last written whole.
    private var wholeLength: Int
    /// All of it was too large when that was last tried: until something is acknowledged nobody needs to try again.
    private(set) var isFull = false
    /// What somebody has done to it and is not put right yet.
    private var change: LedgerChange?
    /// Whether that was told.
    private var isChangeTold = false
    private var news: [LedgerNews] = []

    /// `marks` were noted elsewhere of the ledger that lies there, or lay there: its lines are counted on from them.
    init(
        _ disk: any LedgerDisk, limits: LedgerLimits, path: String, after found: LedgerText?, length: Int,
        marks: [LedgerMark]
    ) {
        self.disk = disk
        self.limits = limits
        self.path = path
        self.length = length
        ledger = (marks.first ?? found?.mark)?.ledger ?? UInt64.random(in: .min ... .max)
        lines = (marks + [found?.mark].compactMap(\.self)).map(\.lines).max() ?? 0
        // Where lines are missing, or others are there, nothing is added to what is left.
        let isAsNoted = found?.isAppendable == true && found?.mark?.ledger == ledger && found?.mark?.lines == lines
        digest = isAsNoted ? found?.mark?.digest ?? "" : ""
        wholeLength = 0
        wholeLength = found.map { whole($0.snapshot).bytes.count } ?? 0
    }

    /// Whether so much was added that all of it should be written anew.
    var isWholeDue: Bool { digest.isEmpty || length - wholeLength > limits.spareBytes + 2 * wholeLength }

    /// Whether somebody was at the file, so that it has to be written anew.
    var hasToPutBack: Bool { change != nil }

    /// How far it has come; `nil` where what is on the disk is not known.
    var mark: LedgerMark? { digest.isEmpty ? nil : LedgerMark(ledger: ledger, lines: lines, digest: digest) }

    /// What is to be told since it was asked last.
    mutating func takeNews() -> [LedgerNews] {
        defer { news = [] }
        return news
    }

    /// Looks whether the file is as it was left. Where it is not, nothing is added to it: it is written anew.
    ///
    /// With `reading` its content is compared too where nothing says that somebody was at it: who writes through a
    /// mapping moves no time until the kernel writes it back.
    mutating func look(reading: Bool = false) {
        switch disk.look() {
        case .same: if reading, isContentAnother { note(.edited) }
        case .touched: if let change = changeOfContent() { note(change) }
        case .changed(let change): note(change)
        }
    }

    /// Of the file that was left there; not where nobody knows how it was left, or when it cannot be read now.
    private var isContentAnother: Bool {
        guard !digest.isEmpty, let bytes = try? disk.readAgain(limit: limits.fileBytes) else { return false }
        return !isAsLeft(bytes)
    }

    /// Where the digest is known; else the length alone says so.
    private func isAsLeft(_ bytes: [UInt8]) -> Bool {
        bytes.count == length && (digest.isEmpty || (try? LedgerText(bytes))?.mark?.digest == digest)
    }

    /// Its content alone says so: a mode that was changed and a backup's hard link touch it too.
    private func changeOfContent() -> LedgerChange? {
        do throws(LinuxError) {
            // It may have been taken away since it was looked at.
            guard let bytes = try disk.read(limit: limits.fileBytes) else { return .removed }
            return isAsLeft(bytes) ? nil : .edited
        } catch {
            // What cannot be read now is looked at again.
            return nil
        }
    }

    private mutating func note(_ change: LedgerChange) {
        if self.change != change { isChangeTold = false }
        self.change = change
        digest = ""
    }

    /// Keeps facts: on the disk when it returns, and none of them after an error. `whole` is what they make of all
    /// that there is, for when a line will not do.
    mutating func keep(_ facts: [LedgerFact], whole: () -> TaintSnapshot) throws(TaintError) {
        guard !isFull || facts.contains(where: \.makesRoom) else { throw tooLarge }
        look(reading: length <= Self.fewBytes)
        var next = digest
        let line = LedgerLine.bytes(facts, after: &next)
        guard !digest.isEmpty, line.count <= limits.lineBytes, length + line.count <= limits.fileBytes else {
            return try keepWhole(whole())
        }
        do throws(AppendFailure) {
            try disk.append(line, at: length)
        } catch {
            guard !error.isUndone else { throw TaintError(unwritable: error.error) }
            // It may stand there all the same.
            lines += 1
            digest = ""
            return try keepWhole(whole())
        }
        digest = next
        lines += 1
        length += line.count
        isFull = false
    }

    /// Writes all of it anew.
    mutating func keepWhole(_ snapshot: TaintSnapshot) throws(TaintError) {
        let (bytes, mark) = whole(snapshot)
        isFull = bytes.count > limits.fileBytes
        do throws(TaintError) {
            guard !isFull else { throw tooLarge }
            do throws(LinuxError) {
                try disk.replace(bytes)
            } catch {
                // The old one stands, or the new one where the rename has worked and the sync after it has not:
                // nothing can be added before that is known.
                (digest, lines) = ("", mark.lines)
                throw TaintError(unwritable: error)
            }
        } catch {
            tell(isPutBack: false)
            throw error
        }
        digest = mark.digest
        lines = mark.lines
        length = bytes.count
        wholeLength = bytes.count
        tell(isPutBack: true)
    }

    private func whole(_ snapshot: TaintSnapshot) -> (bytes: [UInt8], mark: LedgerMark) {
        LedgerText.bytes(of: snapshot, ledger: ledger, linesBefore: lines, lineBytes: limits.lineBytes)
    }

    /// Of what somebody has done: once when it is found, and once more when it is put right, where that took longer.
    private mutating func tell(isPutBack: Bool) {
        guard let change, isPutBack || !isChangeTold else { return }
        news.append(.changed(change, isPutBack: isPutBack))
        isChangeTold = true
        if isPutBack { self.change = nil }
    }

    /// So many are read again before each line, without anybody noticing.
    private static let fewBytes = 64 << 10

    private var tooLarge: TaintError {
        TaintError(
            .unwritable,
            problem: "the taint ledger \(path) would become larger than the \(limits.fileBytes) bytes that it may have",
            remedy: "look into what is unacknowledged, then: doe-audit taint acknowledge --reason TEXT")
    }
}

extension LedgerFact {
    /// Whether there is less to be kept after it.
    fileprivate var makesRoom: Bool { if case .acknowledged = self { true } else { false } }
}

extension TaintError {
    fileprivate init(unwritable error: LinuxError) {
        self.init(
            .unwritable, problem: "the taint ledger cannot be kept: \(error.problem)",
            remedy: error.remedy(forWritingIn: "the state directory"))
    }
}
