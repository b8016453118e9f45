public import DOEWords

/// The leave to send one request to one mailbox, once. Only the judge makes it, so nothing can be sent unjudged; it
/// carries the request itself, so what is sent is what was judged.
public struct Permit: ~Copyable, Sendable {
    /// The mailbox that was judged.
    public let mailbox: MailboxName
    /// The request that was judged.
    public let request: PermittedRequest

    init(mailbox: MailboxName, request: PermittedRequest) {
        self.mailbox = mailbox
        self.request = request
    }
}
