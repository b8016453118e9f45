internal import DOEControl
internal import DOEMonitor
internal import DOEWords

extension ExchangeNotice {
    /// The notice of a reply.
    init(_ reply: Reply, instance: String) {
        self.init(
            mailbox: reply.mailbox.description, object: reply.object?.description, name: reply.objectName,
            class: reply.objectClass.rawValue, verdict: reply.verdict.rawValue, rule: reply.rule,
            reason: reply.reason, status: reply.status, taint: reply.taint.description,
            sequence: reply.sequence.map { Int64(clamping: $0) }, instance: reply.sequence == nil ? nil : instance)
    }
}
