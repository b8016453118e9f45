public import DOEWords

/// The leave to send one request to one mailbox, once. Only the judge makes it, so nothing can be sent unjudged; it
/// carries the request itself, so what is sent is what was judged.
public struct Permit: ~Copyable, Sendable {
    /// The mailbox that was judged.
    public let mailbox: MailboxName
    /// The request that was judged.
    public let request: PermittedRequest
    /// Asks the judge once more, under the circumstances of that moment: the refusal, or `nil` where the permit still
    /// holds. To be called right before the first dword. `nil` where nothing that it depends on can change.
    public let confirm: (@Sendable () -> Decision?)?

    init(mailbox: MailboxName, request: PermittedRequest, confirm: (@Sendable () -> Decision?)? = nil) {
        self.mailbox = mailbox
        self.request = request
        self.confirm = confirm
    }
}
