package import DOEWords

/// The leave to send one request to one mailbox, once. Only a judge makes it, so nothing can be sent unjudged; it
/// carries the request itself, so what is sent is what was judged; and it names the place that says who judges now,
/// so a mailbox takes none that its own monitor has not given.
package struct Permit: ~Copyable, Sendable {
    /// The mailbox that was judged.
    package let mailbox: MailboxName
    /// The request that was judged.
    package let request: PermittedRequest
    /// Who is to be asked whether it still holds.
    package let inForce: JudgeInForce
    /// Asks the judge that is in force, under the circumstances of that moment: `nil` where the permit still holds.
    /// To be called right before the first dword, and again right before GO, after which nothing can be taken back.
    package let confirm: @Sendable () -> Withdrawal?

    init(
        mailbox: MailboxName, request: PermittedRequest, inForce: JudgeInForce,
        confirm: @escaping @Sendable () -> Withdrawal?
    ) {
        self.mailbox = mailbox
        self.request = request
        self.inForce = inForce
        self.confirm = confirm
    }
}

/// Why a permit does not hold any more.
package enum Withdrawal: Hashable, Sendable {
    /// The judge decides otherwise now: the refusal.
    case judged(Decision)
    /// The judge was not even asked.
    case hindered(Hindrance)
}
