internal import DOEControl
internal import DOEMonitor
internal import DOEProxy
internal import DOETaint
internal import DOEWords

/// The methods of the control interface that have to do with taint.
struct TaintMethods: Sendable {
    let monitor: Monitor
    /// Has the ledger's file looked at.
    let lookAtLedger: @Sendable () -> Void
    /// Those that are served or watched.
    let mailboxes: [MailboxName]

    var all: [ControlMethod] {
        [
            .reading(ControlInterface.getTaint) { (_: NoParameters) in taint },
            .changing(ControlInterface.acknowledgeTaint) {
                (parameters: AcknowledgeTaintParameters, caller) throws(ControlError) in
                try acknowledge(parameters, caller)
            },
        ]
    }

    private var taint: TaintEntry.Answer {
        lookAtLedger()
        let snapshot = monitor.ledger.snapshot
        return TaintEntry.Answer(
            sinceBoot: snapshot.hostLetters.description,
            unacknowledged: snapshot.unacknowledgedLetters.description,
            taints: snapshot.rows.map { row in
                TaintEntry(
                    scope: row.scope, subject: row.subject, sinceBoot: row.sinceBoot.description,
                    unacknowledged: row.unacknowledged.description, first: Int64(clamping: row.first),
                    last: Int64(clamping: row.last))
            },
            ledger: monitor.ledger.notices)
    }

    private func acknowledge(
        _ parameters: AcknowledgeTaintParameters, _ caller: Client
    ) throws(ControlError) -> AcknowledgedEntry.Answer {
        do throws(AcknowledgementError) {
            let done = try monitor.acknowledgeTaint(
                of: parameters.subject, because: parameters.reason, among: mailboxes, for: caller)
            return AcknowledgedEntry.Answer(
                acknowledged: done.map {
                    AcknowledgedEntry(
                        subject: $0.subject.name, mailbox: $0.mailbox?.description, letters: $0.letters.description)
                })
        } catch {
            throw ControlError(
                name: error.isUnknownSubject
                    ? ControlInterface.noSuchSubject : ControlInterface.acknowledgementRefused,
                problem: error.problem, remedy: error.remedy)
        }
    }
}
