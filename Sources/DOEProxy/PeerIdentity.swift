internal import DOELinux
internal import DOEWords

/// Who stands at the other end of a connection: what the kernel says of the connection, and what procfs says of the
/// process, as long as that process is shown to be the one that connected.
enum PeerIdentity {
    /// Who stands at the other end of a TCP connection: nobody whom anybody vouches for. Only rules with `via=` are
    /// for such a client.
    static let tcpClient = Client(
        via: .known(.tcp), pid: .none, uid: .none, tcpUID: .unknown, groups: .none, loginUID: .none, session: .none,
        exe: .none, unit: .none, container: .none, parent: .none)

    /// What the connection itself says, which never waits; all else is `unknown`.
    static func client(_ credentials: PeerCredentials?) -> Client {
        guard let credentials else { return .unknownUnix }
        return Client(
            via: .known(.unix), pid: credentials.pid > 0 ? .known(credentials.pid) : .unknown,
            uid: .known(credentials.uid), groups: credentials.groups)
    }

    /// Learns what there is to learn, from whoever may look. Whatever is late or gone is `unknown`: a record must not
    /// blame the next owner of a pid.
    static func learn(_ peer: Peer, by naming: ProcessNaming) -> LearnedClient {
        var client = client(peer.credentials)
        let pid = peer.credentials?.pid ?? 0
        guard pid > 0,
            let process = peer.process
                ?? HeldProcess(of: peer.connection, pid: pid, startedBefore: peer.acceptedAt)
        else { return LearnedClient(client, process: nil) }
        guard let identity = naming(process, pid) else { return LearnedClient(client, process: process) }
        client.take(identity.facts)
        return LearnedClient(client, process: process, isStillRun: identity.isStillRun)
    }

    /// A TCP client. The kernel knows whose the socket at the other end is, and not who speaks through it: a
    /// forwarder's is the forwarder's. It answers at once, from its own memory.
    static func tcpClient(at connection: Descriptor) -> Client {
        var client = tcpClient
        client.tcpUID = TCPPeer.uid(of: connection).map { .known($0) } ?? .unknown
        return client
    }
}
