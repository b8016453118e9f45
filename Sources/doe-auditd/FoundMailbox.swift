internal import DOEMailbox
internal import DOEPolicy
internal import DOEWords

/// A mailbox that was found and obeys nobody yet: whether the options name good ones is known before there is a
/// monitor.
struct FoundMailbox {
    let name: MailboxName
    /// The mailbox, which takes the permits of this judge in force.
    let obeying: (JudgeInForce) -> any Mailbox
}
