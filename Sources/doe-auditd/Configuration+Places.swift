internal import DOEConfiguration
internal import DOEMailbox
internal import DOEProxy
internal import DOEWords
internal import SPDMSocket

extension Configuration {
    /// The mailboxes behind SPDM sockets.
    var remotePlaces: [RemotePlace] {
        get throws(ConfigurationError) {
            do throws(RemotePlace.Problem) {
                return try RemotePlace.places(self.remote)
            } catch {
                throw mistake(in: \.remote, error.description)
            }
        }
    }

    /// A mailbox behind one of the daemon's own sockets would make it its own client there, with the rights of the user
    /// that it runs as.
    func checkRemotePlaces() throws(ConfigurationError) {
        for place in try remotePlaces {
            if let mistake = try ownSocket(at: place.address) {
                throw self.mistake(in: \.remote, "\(place.name): \(mistake)")
            }
        }
    }

    /// What is wrong with an address that is the daemon's own; `nil` where it is somebody else's, as far as the
    /// configuration tells. Another name for one of its own files is found out when it is connected to.
    func ownSocket(at address: SPDMSocketAddress) throws(ConfigurationError) -> String? {
        switch address {
        case .unix(let path):
            guard path.hasPrefix("\(self.runtimeDirectory)/mailbox/") else { return nil }
            return "\(path) is doe-auditd's own socket; name the socket of what stands behind the mailbox"
        case .tcp(let host, let port):
            // Whoever connects to 0.0.0.0 comes to 127.0.0.1.
            let reached = host == "0.0.0.0" ? "127.0.0.1" : host
            let door = try tcpDoors.first { $0.port == port && ($0.address == reached || $0.address == host) }
            return door.map {
                "\(address) is doe-auditd's own door to \($0.mailbox); name the socket of what stands behind the mailbox"
            }
        }
    }

    /// How long a peer has for an answer.
    var peerMilliseconds: UInt32 { UInt32(clamping: self.peerTimeout) * 1_000 }
}
