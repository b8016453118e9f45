internal import DOEAuditTrail
internal import DOELinux
internal import DOERecord
internal import DOETaint
internal import DOEWords
internal import Synchronization

/// The records that say which letters are owed to the ledger. The first of a time in which something is owed goes to
/// the journal at once. And of all that is owed records stand open in the ring until the ledger has it: so a daemon
/// that ends before leaves them to the next one, which raises the letters again.
final class OwedRecords: Sendable {
    /// How many records stand that name their mailbox; of what is more the letters alone are kept.
    static let limit = 64

    private struct State {
        var standing: [StandingRecord] = []
        /// The letters that records stand for.
        var noted: [Key: TaintLetters] = [:]
        /// The letters of those for which there is no record of their own.
        var gathered: TaintLetters = []
        var isTold = false
        /// Whether the record of lost records waits for its letter.
        var isLossWaiting = false
    }

    private struct Key: Hashable {
        let subject: TaintSubject
        let mailbox: MailboxName?
    }

    private let state = Mutex(State())

    /// Records that the daemon before left standing, whose letters were raised again.
    func add(_ found: [StandingRecord]) {
        state.withLock { state in
            state.standing += found
            state.isTold = state.isTold || !found.isEmpty
            for record in found.map(\.record) {
                guard record[.status] != Self.gatheredStatus else {
                    state.gathered.formUnion(record.taint)
                    continue
                }
                let identity = MailboxIdentity(owedIn: record)
                let key = Key(subject: identity.map { TaintSubject($0) } ?? .host, mailbox: identity?.name)
                state.noted[key, default: []].formUnion(record.taint)
            }
        }
    }

    /// The record of lost records is to be written when what is owed now is paid.
    func waitWithLoss() { state.withLock { $0.isLossWaiting = true } }

    /// Whether it waits, once.
    func takeWaitingLoss() -> Bool {
        state.withLock { state in
            defer { state.isLossWaiting = false }
            return state.isLossWaiting
        }
    }

    /// Has records stand for what is owed now, or closes them where nothing is. Returns why one could not be written;
    /// it is tried again the next time.
    func bring(_ trail: AuditTrail, upTo ledger: TaintLedger) -> TrailError? {
        state.withLock { state in
            // Asked in here: whoever comes last has seen the last of it.
            let owed = ledger.owed
            do throws(TrailError) {
                guard !owed.isEmpty else { return try Self.close(&state) }
                if !state.isTold {
                    try trail.write(Record(beginsToOwe: owed, because: ledger.trouble))
                    state.isTold = true
                }
                for entry in owed { try Self.note(entry, trail, &state) }
                return nil
            } catch {
                return error
            }
        }
    }

    private static func note(_ entry: OwedTaint, _ trail: AuditTrail, _ state: inout State) throws(TrailError) {
        let key = Key(subject: entry.subject, mailbox: entry.mailbox)
        let missing = entry.letters.subtracting(state.noted[key] ?? [])
        guard !missing.isEmpty else { return }
        if state.noted.count < limit || state.noted[key] != nil {
            state.standing.append(try trail.stand(Record(owed: missing, entry)))
            state.noted[key, default: []].formUnion(missing)
        } else if !missing.isSubset(of: state.gathered) {
            let more = missing.subtracting(state.gathered)
            state.standing.append(try trail.stand(Record(gatheredOwed: more)))
            state.gathered.formUnion(more)
        }
    }

    private static func close(_ state: inout State) throws(TrailError) -> TrailError? {
        let standing = state.standing
        (state.standing, state.noted, state.gathered, state.isTold) = ([], [:], [], false)
        // What cannot be closed now is in memory, and the trail tries again.
        var failure: TrailError?
        for record in standing {
            do throws(TrailError) {
                try record.close(as: record.record.paid)
            } catch {
                failure = error
            }
        }
        return failure
    }

    /// DOE_STATUS of one that stands for letters on mailboxes for which there was no room.
    static let gatheredStatus = "gathered"
}

extension MailboxIdentity {
    /// A mailbox, and what a subject of taint says of the device behind it.
    init(_ name: MailboxName, of subject: TaintSubject) {
        self.init(name: name)
        guard case .device(let device, let serial) = subject else { return }
        (self.device, serialNumber) = (.known(device), .known(serial))
    }

    /// The mailbox that a standing record is about; `nil` where it is about the host.
    init?(owedIn record: Record) {
        guard let name = record.mailbox else { return nil }
        self.init(name: name)
        if let device = record[.device].flatMap({ PCIDeviceID($0) }) { self.device = .known(device) }
        if let serial = record[.serial].flatMap({ Self.serialNumber(of: $0) }) { serialNumber = .known(serial) }
    }
}

extension Record {
    fileprivate init(beginsToOwe owed: [OwedTaint], because trouble: String?) {
        let words = owed.prefix(5).map(\.words).joined(separator: ", ") + (owed.count > 5 ? " and more" : "")
        self.init(
            .taintOwed, priority: .critical,
            message:
                "The taint ledger cannot be kept, and letters are owed to it, which are in memory and in the ring: "
                + "\(words): " + (trouble ?? "nothing more is known"))
        taint = owed.reduce(into: []) { $0.formUnion($1.letters) }
        self[.count] = String(owed.count)
        self[.status] = "owed"
    }

    fileprivate init(owed letters: TaintLetters, _ entry: OwedTaint) {
        let place = entry.mailbox?.description ?? "this host"
        self.init(.taintOwed, priority: .warning, message: "Taint \(letters) on \(place) is owed to the ledger")
        taint = letters
        self[.status] = "owed"
        if let mailbox = entry.mailbox { describe(MailboxIdentity(mailbox, of: entry.subject)) }
    }

    fileprivate init(gatheredOwed letters: TaintLetters) {
        self.init(
            .taintOwed, priority: .warning,
            message: "Taint \(letters) is owed to the ledger, on more mailboxes than can be named here")
        taint = letters
        self[.status] = OwedRecords.gatheredStatus
    }

    /// This record of letters that were owed, now that the ledger has them.
    fileprivate var paid: Record {
        var paid = self
        paid.priority = .notice
        paid.message = "\(message); it has it now"
        paid[.status] = "kept"
        return paid
    }
}
