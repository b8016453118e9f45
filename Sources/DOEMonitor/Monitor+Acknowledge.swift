internal import DOEAuditTrail
internal import DOERecord
public import DOETaint
public import DOEWords

extension Monitor {
    /// Acknowledges letters for somebody who has looked into them: those of `subject`, or all without one. On record
    /// before it is in force; where the record cannot be kept, it is not. Waits for the disk.
    ///
    /// `mailboxes` are known names too, though nothing was ever raised there. Returns what was acknowledged, which is
    /// nothing where somebody has done it before. Where all of it was raised again meanwhile, that is an error.
    public func acknowledgeTaint(
        of subject: String?, because reason: String, among mailboxes: [MailboxName], for caller: Client
    ) throws(AcknowledgementError) -> [UnacknowledgedTaint] {
        guard let selection = selection(subject, mailboxes) else {
            throw AcknowledgementError(
                obstacle: noSuchSubject(subject ?? "", mailboxes), isUnknownSubject: true)
        }
        do throws(Obstacle) {
            let reason = try StatedReason(reason, for: "an acknowledgement")
            let found = ledger.snapshot.unacknowledged(of: selection)
            guard !found.isEmpty else { return [] }
            return try acknowledge(found, Acknowledgement(subject: subject ?? "all", reason: reason, caller: caller))
        } catch {
            throw AcknowledgementError(obstacle: error, isUnknownSubject: false)
        }
    }

    /// Acknowledges what was `found`, as far as it was not raised again since.
    func acknowledge(
        _ found: [UnacknowledgedTaint], _ acknowledgement: Acknowledgement
    ) throws(Obstacle) -> [UnacknowledgedTaint] {
        // On the disk before the ledger is: a machine that dies in between has it on record.
        var open: OpenRecord
        do throws(TrailError) {
            open = try trail.open(Record(acknowledgement, of: found), durability: .disk)
        } catch {
            throw Obstacle(error)
        }
        do throws(Obstacle) {
            let taken = try take(found, of: acknowledgement)
            open.record = Record(acknowledgement, of: taken)
            close(open)
            return taken
        } catch {
            open.record = Record(unkept: acknowledgement, of: found, because: error.description)
            close(open)
            throw error
        }
    }

    /// From the ledger; nothing is an error, as the answer must not say that nothing was there.
    private func take(
        _ found: [UnacknowledgedTaint], of acknowledgement: Acknowledgement
    ) throws(Obstacle) -> [UnacknowledgedTaint] {
        let taken: [UnacknowledgedTaint]
        do throws(TaintError) { taken = try ledger.acknowledge(found) } catch { throw Obstacle(error) }
        guard taken.isEmpty else { return taken }
        throw Obstacle(
            "what was to be acknowledged was raised again meanwhile, and stays",
            remedy: "look at what came (doe-audit taint, doe-audit report), and acknowledge it then")
    }

    /// Where that fails, the record stands as it was opened until it can be written.
    private func close(_ open: consuming OpenRecord) {
        let message = open.record.message
        do throws(TrailError) {
            _ = try open.close()
        } catch {
            count { $0.unrecordedEvent = "\(message): \(error.description)" }
        }
    }

    /// `nil` where nothing of that name is known.
    private func selection(_ subject: String?, _ mailboxes: [MailboxName]) -> TaintSelection? {
        guard let subject else { return .all }
        guard subject.utf8.count <= Self.subjectByteLimit, let selection = TaintSelection(subject) else { return nil }
        let snapshot = ledger.snapshot
        let isKnown =
            switch selection {
            case .all, .place(.host): true
            case .place(let place) where snapshot.sinceBoot[place] != nil: true
            case .place(.mailbox(let name)) where mailboxes.contains(name): true
            case .place(.function(let address)) where mailboxes.contains { $0.address == address }: true
            default: !snapshot.unacknowledged(of: selection).isEmpty
            }
        return isKnown ? selection : nil
    }

    private func noSuchSubject(_ subject: String, _ mailboxes: [MailboxName]) -> Obstacle {
        let names = Set(
            ledger.snapshot.names + mailboxes.map(\.description) + mailboxes.compactMap { $0.address?.description })
        let near = NearestWord.near(subject, among: names.sorted(), atMost: 5)
        let advice = near.isEmpty ? "" : "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))? "
        return Obstacle(
            "no taint is known of '\(subject.clipped.printable)'", remedy: "\(advice)all names: doe-audit taint")
    }

    /// More than any name has.
    private static let subjectByteLimit = 128
}

/// Why letters were not acknowledged.
public struct AcknowledgementError: ExplainedError, Hashable {
    private let obstacle: Obstacle
    /// Nothing of that name is known.
    public let isUnknownSubject: Bool

    fileprivate init(obstacle: Obstacle, isUnknownSubject: Bool) {
        self.obstacle = obstacle
        self.isUnknownSubject = isUnknownSubject
    }

    /// What happened.
    public var problem: String { obstacle.problem }
    /// What to do next.
    public var remedy: String? { obstacle.remedy }
}

/// What somebody asked for.
struct Acknowledgement {
    let subject: String
    let reason: StatedReason
    let caller: Client
}

extension Record {
    fileprivate init(_ acknowledgement: Acknowledgement, of found: [UnacknowledgedTaint]) {
        let letters = found.map { "\($0.subject.name) \($0.letters)" }.joined(separator: ", ")
        self.init(
            .taintAcknowledged, priority: .notice,
            message:
                "Taint was acknowledged by \(acknowledgement.caller.words): \(acknowledgement.reason.text.inQuotes) "
                + "[\(letters)]")
        describe(acknowledgement, of: found)
        acknowledged = found.reduce(into: []) { $0.formUnion($1.letters) }
        self[.count] = String(found.count)
    }

    fileprivate init(
        unkept acknowledgement: Acknowledgement, of found: [UnacknowledgedTaint], because problem: String
    ) {
        self.init(
            .taintAcknowledged, priority: .warning,
            message: "Taint of \(acknowledgement.subject) is not acknowledged: \(problem)")
        describe(acknowledgement, of: found)
        self[.status] = "unkept"
    }

    private mutating func describe(_ acknowledgement: Acknowledgement, of found: [UnacknowledgedTaint]) {
        self[.subject] = acknowledgement.subject
        self[.reason] = acknowledgement.reason.text
        describe(acknowledgement.caller)
        guard found.count == 1, let only = found.first, let mailbox = only.mailbox else { return }
        describe(MailboxIdentity(mailbox, of: only.subject))
    }
}

extension String {
    /// No more of it than a message has room for.
    fileprivate var clipped: String {
        utf8.count <= 128 ? self : String(decoding: utf8.prefix(128), as: UTF8.self) + "..."
    }
}
