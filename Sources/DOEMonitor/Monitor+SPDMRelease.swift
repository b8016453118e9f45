internal import DOERecord
public import DOEWords
internal import Synchronization

extension Monitor {
    /// Takes the SPDM talk with a mailbox from whoever has it, for somebody who wants that: an exchange of it that is under
    /// way ends, and then the next GET_VERSION begins anew. On record. Waits for the disk.
    public func releaseSPDM(of mailbox: MailboxIdentity, for caller: Client) throws(Obstacle) -> Client {
        guard let owner = spdm.withLock({ $0.release(mailbox.name) })?.client else {
            throw Obstacle("SPDM on \(mailbox.name) belongs to nobody", remedy: "see: doe-audit mailboxes")
        }
        note(Record(releasedSPDMOf: mailbox, from: owner, by: caller, in: hostMode.inForce.mode))
        return owner
    }
}

extension Record {
    /// The SPDM talk with a mailbox was taken from its owner.
    fileprivate init(releasedSPDMOf mailbox: MailboxIdentity, from owner: Client, by caller: Client, in mode: Mode) {
        self.init(
            .spdmReleased, priority: .notice,
            message: "SPDM on \(mailbox.name) was taken from \(owner.words) by \(caller.words)")
        describe(mailbox)
        describe(caller)
        self[.mode] = mode.rawValue
    }
}
