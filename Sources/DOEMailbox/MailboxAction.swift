/// What a mailbox machine wants done next.
package enum MailboxAction<Outcome: Sendable & Hashable>: Sendable, Hashable {
    /// Read a register, and answer with its value.
    case read(MailboxRegister)
    /// Read dword 0 of the function, vendor and device id, and answer with its value.
    case readIDs
    /// Write a register, and answer `done`.
    case write(MailboxRegister, UInt32)
    /// Write these to the write mailbox, one after the other, and answer `done`.
    case send([UInt32])
    /// Read a dword from the read mailbox and acknowledge it, so many times, and answer with the dwords.
    case take(Int)
    /// Ask whether the function is still awake and ours and whether the permit still holds, and answer `permitHolds`
    /// or `withdrawn`.
    case confirmPermit
    /// Ask the witness whether somebody else has written to the mailbox since that time, microseconds, and answer
    /// `nobodyWrote` or `foreignWrite`.
    case askWitness(since: UInt64)
    /// Let this much time pass, and answer `done`.
    case wait(microseconds: UInt64)
    /// It is over. Indirect, so that what is said for every few dwords does not carry the room for an outcome around.
    indirect case finish(Outcome)

    /// The same action for a machine around this one, which says what follows the end.
    func then<Other>(_ next: (Outcome) -> MailboxAction<Other>) -> MailboxAction<Other> {
        switch self {
        case .read(let register): .read(register)
        case .readIDs: .readIDs
        case .write(let register, let value): .write(register, value)
        case .send(let dwords): .send(dwords)
        case .take(let count): .take(count)
        case .confirmPermit: .confirmPermit
        case .askWitness(let since): .askWitness(since: since)
        case .wait(let time): .wait(microseconds: time)
        case .finish(let outcome): next(outcome)
        }
    }
}
