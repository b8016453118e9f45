package import DOEPolicy
package import DOEWords
package import SPDMSocket
internal import Synchronization

/// A mailbox behind an SPDM socket: an emulator, or a paravirtual device. There is no PCI function that this host
/// could see, so nothing is known of it but its name.
///
/// One exchange at a time; a second caller waits for the first.
package final class RemoteMailbox: Mailbox {
    /// Its name.
    package let name: MailboxName
    private let peer: SPDMPeer
    private let judge: JudgeInForce
    private let turn = Mutex(())

    /// A mailbox that nobody is connected to yet, which takes the permits of this judge in force.
    package init(name: MailboxName, peer: SPDMPeer, obeying judge: JudgeInForce) {
        self.name = name
        self.peer = peer
        self.judge = judge
    }

    /// None: a kernel that talks with what is behind the socket is not this one.
    package func securityManager() -> Fact<String> { .none }

    /// Always: nobody on this host can see what a driver does with the device, or what its memory is used for.
    package func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        Obstacle(
            "\(name) is behind a socket, and what stands there cannot be looked at",
            remedy: "lease the device's own mailbox, on the machine that it is in")
    }

    /// The name; the rest does not exist.
    package func identity() -> MailboxIdentity { MailboxIdentity(name: name) }

    /// What the peer may take over a question, and a step of ours.
    package var stillLimit: UInt64 { peer.longestQuestion + MailboxTiming.stepLimit }

    /// Ends the connection in order, so that the peer goes on.
    package func takeLeave() { peer.takeLeave() }

    /// Sends what the permit carries and waits for the answer, for as long as the peer has, and a second to connect.
    package func exchange(_ permit: consuming Permit) -> ExchangeResult {
        if let failure = permit.misfit(at: name, obeying: judge) {
            return ExchangeResult(.failure(failure), dwordsWritten: 0)
        }
        let (request, confirm) = (permit.request, permit.confirm)
        return turn.withLock { _ in PeerExchange(mailbox: name, peer: peer).carryOut(request, confirming: confirm) }
    }
}
