internal import DOELinux

/// Writes the ledger: adds lines, or all of it anew where that has become due. One caller at a time.
struct LedgerWriter: Sendable {
    private let disk: any LedgerDisk
    private let limits: LedgerLimits
    /// Its place in messages.
    private let path: String
    /// The last line's digest; empty where nothing can be added to what is there.
    private var digest: String
    private var length: Int
    /// Its length when it was last written whole.
    private var wholeLength: Int
    /// All of it was too large when that was last tried: until something is acknowledged nobody needs to try again.
    private(set) var isFull = false

    init(_ disk: any LedgerDisk, limits: LedgerLimits, path: String, after found: LedgerText?, length: Int) {
        self.disk = disk
        self.limits = limits
        self.path = path
        self.length = length
        digest = found?.digest ?? ""
        wholeLength = found.map { LedgerText.bytes(of: $0.snapshot, lineBytes: limits.lineBytes).bytes.count } ?? 0
    }

    /// Whether so much was added that all of it should be written anew.
    var isWholeDue: Bool { digest.isEmpty || length - wholeLength > limits.spareBytes + 2 * wholeLength }

    /// Keeps facts: on the disk when it returns, and none of them after an error. `whole` is what they make of all
    /// that there is, for when a line will not do.
    mutating func keep(_ facts: [LedgerFact], whole: () -> TaintSnapshot) throws(TaintError) {
        guard !isFull || facts.contains(where: \.makesRoom) else { throw tooLarge }
        var next = digest
        let line = LedgerLine.bytes(facts, after: &next)
        guard !digest.isEmpty, line.count <= limits.lineBytes, length + line.count <= limits.fileBytes else {
            return try keepWhole(whole())
        }
        do throws(AppendFailure) {
            try disk.append(line, at: length)
        } catch {
            guard !error.isUndone else { throw TaintError(unwritable: error.error) }
            digest = ""
            return try keepWhole(whole())
        }
        digest = next
        length += line.count
        isFull = false
    }

    /// Writes all of it anew.
    mutating func keepWhole(_ snapshot: TaintSnapshot) throws(TaintError) {
        let (bytes, digest) = LedgerText.bytes(of: snapshot, lineBytes: limits.lineBytes)
        isFull = bytes.count > limits.fileBytes
        guard !isFull else { throw tooLarge }
        do throws(LinuxError) {
            try disk.replace(bytes)
        } catch {
            // The old one stands, or the new one where the rename has worked and the sync after it has not: nothing
            // can be added before that is known.
            self.digest = ""
            throw TaintError(unwritable: error)
        }
        self.digest = digest
        length = bytes.count
        wholeLength = bytes.count
    }

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
