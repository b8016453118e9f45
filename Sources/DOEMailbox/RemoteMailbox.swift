public import DOEPolicy
public import DOEWords
public import SPDMSocket
internal import Synchronization

/// A mailbox behind an SPDM socket: an emulator, or a paravirtual device. There is no PCI function that this host could
/// see, so nothing is known of it but its name.
///
/// One exchange at a time; a second caller waits for the first.
public final class RemoteMailbox: Mailbox {
    /// Its name.
    public let name: MailboxName
    private let peer: SPDMPeer
    private let turn = Mutex(())

    /// A mailbox that nobody is connected to yet.
    public init(name: MailboxName, peer: SPDMPeer) {
        self.name = name
        self.peer = peer
    }

    /// None: a kernel that talks with what is behind the socket is not this one.
    public func securityManager() -> Fact<String> { .none }

    /// Always: nobody on this host can see what a driver does with the device, or what its memory is used for.
    public func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        Obstacle(
            "\(name) is behind a socket, and what stands there cannot be looked at",
            remedy: "lease the device's own mailbox, on the machine that it is in")
    }

    /// The name; the rest does not exist.
    public func identity() -> MailboxIdentity { MailboxIdentity(name: name) }

    /// What the peer may take over a question, and a step of ours.
    public var stillLimit: UInt64 { peer.longestQuestion + MailboxTiming.stepLimit }

    /// Ends the connection in order, so that the peer goes on.
    public func takeLeave() { peer.takeLeave() }

    /// Sends what the permit carries and waits for the answer, for as long as the peer has, and a second to connect.
    public func exchange(_ permit: consuming Permit) -> ExchangeResult {
        let (judged, request, confirm) = (permit.mailbox, permit.request, permit.confirm)
        guard judged == name else {
            return ExchangeResult(.failure(.wrongPermit(judged, at: name)), dwordsWritten: 0)
        }
        return turn.withLock { _ in PeerExchange(mailbox: name, peer: peer).carryOut(request, confirming: confirm) }
    }
}
