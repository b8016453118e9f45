public import DOERecord
public import DOEWords

/// A mailbox in which the daemon before left exchanges open. It has to be seen to first, and then closed.
///
/// Forgetting it forgets nothing: the ring shows its records as open, and the next daemon is handed them again. Only
/// `close` ends that, and it asks what came of the abort.
public struct InterruptedMailbox: ~Copyable, Sendable {
    /// The mailbox.
    public let name: MailboxName
    /// The exchanges, as they were recorded before the device was touched.
    public var records: [Record] { found.map(\.record) }
    private let found: [FoundOpen]
    private let core: TrailCore

    init(name: MailboxName, records: [FoundOpen], core: TrailCore) {
        self.name = name
        found = records
        self.core = core
    }

    /// Whether something may have been sent: what was refused or answered from a copy never was.
    public var needsAbort: Bool { records.contains { $0.mayHaveBeenSent } }

    /// Closes each of the records as interrupted, with what came of the abort.
    ///
    /// When it throws, what could not be closed stays open in the ring and is kept in memory until it can be written.
    public consuming func close(_ aftermath: Aftermath) throws(TrailError) {
        for entry in found {
            let own = entry.record.mayHaveBeenSent ? aftermath : .nothingToAbort
            _ = try core.close(entry.record.interrupted(own), entry.open)
        }
    }
}

/// An open record that was found in the ring.
struct FoundOpen: Sendable {
    let mailbox: MailboxName
    let record: Record
    let open: OpenSlot
}

extension Record {
    /// What was refused and what was answered from a copy never touches its mailbox.
    fileprivate var mayHaveBeenSent: Bool { verdict != .deny && self[.status] != "copied" }

    /// Whether it was opened before a mailbox was asked. All else was opened when it had happened, and is whole.
    var isOfOwnExchange: Bool {
        switch event {
        case .exchangeAllowed, .exchangeWarned, .exchangeRefused, .complianceRefused, .malformedRequest,
            .exchangeFailed, .exchangeInterrupted:
            true
        default: false
        }
    }

    /// This record that was never closed, as it is closed by the next daemon.
    func interrupted(_ aftermath: Aftermath) -> Record {
        var closed = self
        guard isOfOwnExchange else {
            guard event == .taintAcknowledged else { return closed }
            closed.priority = .warning
            closed.message =
                "The daemon ended while this was written to the ledger; 'doe-audit taint' shows whether it came into force: "
                + message
            closed[.status] = aftermath.word
            closed[.acknowledged] = nil
            return closed
        }
        // A count is as true as it was: all of them had their answers.
        if !mayHaveBeenSent, let count = self[.count] {
            closed.message = "\(count) times, until the daemon ended: \(message)"
            return closed
        }
        closed.event = .exchangeInterrupted
        closed.priority = .error
        // What is new comes first: a long message is cut at its end.
        closed.message = "The daemon ended before this was finished; \(aftermath.sentence): \(message)"
        closed[.status] = aftermath.word
        return closed
    }
}
