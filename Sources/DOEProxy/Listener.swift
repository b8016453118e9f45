internal import DOELinux

/// Takes connections and makes an endpoint of each.
final class Listener: Endpoint {
    private let socket: ListeningSocket
    private let welcome: (StreamSocket) -> Void

    init(_ socket: ListeningSocket, welcome: @escaping (StreamSocket) -> Void) {
        self.socket = socket
        self.welcome = welcome
    }

    var descriptor: Descriptor { socket.descriptor }

    func handle(_ what: EventPoll.Interest) -> Bool {
        // A failing accept (too many open files) is no reason to stop listening: connections wait in the queue.
        if let connection = try? socket.accept() { welcome(connection) }
        return true
    }
}
