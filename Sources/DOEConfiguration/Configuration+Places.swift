internal import DOEControl
internal import DOELinux
internal import DOEWords
public import SPDMSocket

// The keys whose texts name places, and what has to hold between them. `load` has asked all of it, so that whoever
// reads the files finds what the daemon finds.
extension Configuration {
    /// The mailboxes that are served over TCP too.
    public var tcpDoors: [TCPDoor] { TCPDoor.read(self.tcp).doors }

    /// The mailboxes behind SPDM sockets.
    package var remotePlaces: [RemotePlace] { RemotePlace.read(self.remote).places }

    /// The mailboxes that are simulated; `nil` where the host's own are served.
    public var simulatedPlaces: [SimulatedPlace]? { self.simulate.map { SimulatedPlace.read(list: $0).places } }

    /// Every mistake in these texts, each by itself.
    var textMistakes: [String] {
        TCPDoor.read(self.tcp).mistakes.map { told($0, of: \.tcp) }
            + RemotePlace.read(self.remote).mistakes.map { told($0, of: \.remote) }
            + (self.simulate.map { SimulatedPlace.read(list: $0).mistakes } ?? []).map { told($0, of: \.simulate) }
    }

    /// What does not fit together, where each by itself is right.
    var relationMistakes: [String] {
        guard self.proxy else {
            return [(self.tcp, \ConfigurationKeys.tcp), (self.remote, \ConfigurationKeys.remote)]
                .filter { !$0.0.isEmpty }.map { told("no mailbox is served, since proxy is false", of: $0.1) }
        }
        return doorMistakes + ownSocketMistakes + [socketMistake].compactMap(\.self)
    }

    private var placeNames: [MailboxName] { (simulatedPlaces ?? []).map(\.name) + remotePlaces.map(\.name) }

    /// Doors to what is not served. Which mailboxes the host has of its own only a start shows.
    private var doorMistakes: [String] {
        let served = placeNames
        let doors = tcpDoors.filter { self.simulate != nil || $0.mailbox.kind != .real }
        return doors.compactMap { door -> String? in
            do throws(PlaceError) {
                try TCPDoor.check([door], against: served)
                return nil
            } catch {
                guard self.simulate == nil else { return told(error, of: \.tcp) }
                // What is served beside these only a start shows.
                let key = door.mailbox.kind == .remote ? "remote" : "simulate"
                return told("\(error.problem); name it in \(key) too", of: \.tcp)
            }
        }
    }

    /// A mailbox behind one of the daemon's own sockets would make it its own client there, with the rights of the user
    /// that it runs as.
    private var ownSocketMistakes: [String] {
        let doors = tcpDoors
        let remote = remotePlaces.compactMap { place in
            ownSocket(at: place.address, doors).map { told("\(place.name): \($0)", of: \.remote) }
        }
        let simulated = (simulatedPlaces ?? []).compactMap { place in
            guard case .spdm(let address) = place.function else { return String?.none }
            return ownSocket(at: address, doors).map { told($0, of: \.simulate) }
        }
        return remote + simulated
    }

    /// What is wrong with an address that is the daemon's own; `nil` where it is somebody else's, as far as the
    /// configuration tells. Another name for one of its own files is found out when it is connected to.
    private func ownSocket(at address: SPDMSocketAddress, _ doors: [TCPDoor]) -> String? {
        switch address {
        case .unix(let path):
            guard path.hasPrefix("\(self.runtimeDirectory)/mailbox/") else { return nil }
            return "\(path) is doe-auditd's own socket; name the socket of what stands behind the mailbox"
        case .tcp(let host, let port):
            // Whoever connects to 0.0.0.0 comes to 127.0.0.1.
            let reached = host == "0.0.0.0" ? "127.0.0.1" : host
            let door = doors.first { $0.port == port && ($0.address == reached || $0.address == host) }
            return door.map {
                "\(address) is doe-auditd's own door to \($0.mailbox); name the socket of what stands behind the mailbox"
            }
        }
    }

    /// A runtime directory whose name leaves no room for those of the sockets.
    private var socketMistake: String? {
        let mailboxes = placeNames.map { "mailbox/\($0).sock" }
        let paths = ([ControlInterface.socketName] + mailboxes).map { "\(self.runtimeDirectory)/\($0)" }
        for path in paths {
            do throws(LinuxError) {
                try ListeningSocket.check(path: path)
            } catch {
                return told(error, of: \.runtimeDirectory)
            }
        }
        return nil
    }

    private func told<Value>(
        _ error: any ExplainedError, of path: KeyPath<ConfigurationKeys, ConfigurationKey<Value>>
    ) -> String { told(error.description, of: path) }

    /// A mistake in a value, with where the value comes from.
    private func told<Value>(
        _ text: String, of path: KeyPath<ConfigurationKeys, ConfigurationKey<Value>>
    ) -> String {
        let name = ConfigurationKeys()[keyPath: path].definition.name
        let source = settings.first { $0.definition.name == name }?.source ?? .standard
        return "\(source.subject(name)): \(text.printable)"
    }
}
