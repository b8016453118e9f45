internal import DOELinux
internal import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
public import DOEWords
internal import Synchronization

// SPDM has one owner a mailbox, and the kernel comes before every client.
extension Monitor {
    /// A connection has ended, and with it whatever belonged to it alone. Call it when nothing of it is under way any
    /// more, or when what is under way will end by itself.
    public func left(_ connection: UInt64) {
        spdm.withLock { $0.leave(connection) }
    }

    /// Who has the SPDM talk with a mailbox; `nil` where nobody has.
    public func spdmOwner(of mailbox: MailboxName) -> Client? {
        spdm.withLock { $0.owner(of: mailbox)?.client }
    }

    /// Whether the connection has the SPDM talk with a mailbox, which its end would take from it.
    public func isSPDMOwner(_ connection: UInt64) -> Bool { spdm.withLock { $0.owns(connection) } }

    /// Asks for leave to send what the judge has allowed; `true` too where it is no SPDM. Else the passage is
    /// refused.
    func takeUpSPDM(in passage: inout Passage, with mailbox: any Mailbox, for requester: Requester) -> Bool {
        guard passage.spdm != nil else { return true }
        if let hindrance = managerInTheWay(of: mailbox) {
            passage.refuse(Refusal(hindrance))
            return false
        }
        let refusal = spdm.withLock {
            $0.begin(
                isGetVersion: passage.startsSPDM, on: mailbox.name,
                by: Requester(passage.client, connection: requester.connection), at: Clocks.monotonicMicroseconds)
        }
        if let refusal { passage.refuse(Refusal(by: "spdm-owner", because: refusal)) }
        passage.isInSPDMTalk = refusal == nil
        return refusal == nil
    }

    /// What stands in the way of what had leave, asked again; `nil` while it may still be sent.
    func hindranceToSPDM(with mailbox: any Mailbox, for requester: Requester) -> Hindrance? {
        if let hindrance = managerInTheWay(of: mailbox) { return hindrance }
        if spdm.withLock({ $0.owner(of: mailbox.name) })?.connection == requester.connection { return nil }
        return Hindrance(
            by: "spdm-owner", because: "SPDM on \(mailbox.name) belongs to this client no more: begin with GET_VERSION")
    }

    /// The end of what had leave.
    func layDownSPDM(of passage: Passage) {
        guard passage.isInSPDMTalk else { return }
        let response = passage.response.flatMap { SPDMPeek($0) }
        spdm.withLock { $0.end(with: passage.mailbox.name, response: response, at: Clocks.monotonicMicroseconds) }
    }

    /// Two who talk SPDM with one device end each other's sessions, and the kernel's hold up confidential guests.
    private func managerInTheWay(of mailbox: any Mailbox) -> Hindrance? {
        let who: String
        switch mailbox.securityManager() {
        case .none: return nil
        case .known(let name): who = "the kernel, for \(name.asName),"
        case .unknown: who = "it could not be learned that not the kernel"
        }
        return Hindrance(by: "tsm", because: "\(who) talks SPDM with this device itself: see tsm/ in sysfs")
    }
}
