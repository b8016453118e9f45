internal import DOELinux

/// The bytes of one connection, both ways, without waiting.
final class ConnectionStream {
    private let socket: StreamSocket
    private var outgoing: [UInt8] = []
    private var sent = 0
    /// Who sent what was read last; `nil` where the kernel does not say.
    private(set) var sender: MessageSender?
    /// Made when there is something to read: who only stands there costs none.
    private var buffer: [UInt8] = []

    enum Arrival: Equatable {
        case bytes([UInt8])
        case nothing
        case end
    }

    init(_ socket: StreamSocket) { self.socket = socket }

    var descriptor: Descriptor { socket.descriptor }
    var hasOutgoing: Bool { sent < outgoing.count }
    /// What waits to be sent, in bytes of memory.
    var outgoingBytes: Int { outgoing.count }
    /// The socket, for whoever sends in this one's place; `nil` while something waits to be sent before.
    var idleSocket: StreamSocket? { hasOutgoing ? nil : socket }

    /// What has come. A broken connection is an end like any other.
    func read() -> Arrival {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 16384) }
        return switch try? socket.receive(into: &buffer, from: &sender) {
        case .bytes(let count): .bytes(Array(buffer[..<count]))
        case .nothingYet: .nothing
        case .ended, nil: .end
        }
    }

    /// Whether there is something to read, the end too.
    var hasIncoming: Bool { socket.hasIncoming }

    func endSending() -> Bool { socket.endSending() }

    func queue(_ bytes: some Sequence<UInt8>) { outgoing += bytes }

    /// Sends as much as goes; `false` when the other end has gone.
    func flush() -> Bool {
        while hasOutgoing {
            guard let count = try? socket.send(outgoing[sent...]) else { return false }
            guard count > 0 else { return true }
            sent += count
        }
        // What a large answer took is given back.
        outgoing.removeAll(keepingCapacity: outgoing.count <= FrameMemory.small)
        sent = 0
        return true
    }
}
