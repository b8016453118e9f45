internal import DOEControl
internal import DOEMailbox
internal import DOEMonitor
internal import DOEProxy
internal import DOEWords

/// The methods of the control interface that have to do with SPDM.
struct SPDMMethods: Sendable {
    let monitor: Monitor
    let mailboxes: [ServedMailbox]

    var all: [ControlMethod] {
        [
            .changing(ControlInterface.releaseSPDM) {
                (parameters: ReleaseSPDMParameters, caller) throws(ControlError) in
                SPDMRelease(owner: try release(parameters.mailbox, caller).words)
            }
        ]
    }

    private func release(_ name: String, _ caller: Client) throws(ControlError) -> Client {
        do throws(Obstacle) {
            guard let mailbox = mailboxes.map(\.worker.mailbox).first(where: { $0.name == MailboxName(name) }) else {
                throw Obstacle("no mailbox '\(name.printable)' is served", remedy: "see: doe-audit mailboxes")
            }
            return try monitor.releaseSPDM(of: mailbox.identity(), for: caller)
        } catch {
            throw ControlError(
                name: ControlInterface.noSPDMOwner, problem: error.problem, remedy: error.remedy)
        }
    }
}
