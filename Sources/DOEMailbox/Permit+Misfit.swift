internal import DOEPolicy
internal import DOEWords

extension Permit {
    /// Why a mailbox of this name, which obeys this judge in force, does not take the permit; `nil` where it does.
    /// Every kind of mailbox asks this before anything else.
    borrowing func misfit(at name: MailboxName, obeying judge: JudgeInForce) -> ExchangeFailure? {
        if mailbox != name { return .wrongPermit("for \(mailbox)", at: name) }
        return inForce === judge ? nil : .wrongPermit("of a judge that is not the one in force here", at: name)
    }
}
