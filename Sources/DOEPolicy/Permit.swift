public import DOEWords

/// The leave to send one request to one mailbox, once. Only the judge makes it, so nothing can be sent unjudged; it
/// carries the request itself, so what is sent is what was judged.
public struct Permit: ~Copyable, Sendable {
    /// The mailbox that was judged.
    public let mailbox: MailboxName
    /// The request that was judged.
    public let request: PermittedRequest
    /// Asks the judge once more, under the circumstances of that moment: `nil` where the permit still holds. To be called
    /// right before the first dword, and again right before GO, after which nothing can be taken back.
    public let confirm: @Sendable () -> Withdrawal?

    init(mailbox: MailboxName, request: PermittedRequest, confirm: @escaping @Sendable () -> Withdrawal?) {
        self.mailbox = mailbox
        self.request = request
        self.confirm = confirm
    }
}

/// Why a permit does not hold any more.
public enum Withdrawal: Hashable, Sendable {
    /// The judge decides otherwise now: the refusal.
    case judged(Decision)
    /// The judge was not even asked.
    case hindered(Hindrance)
}
