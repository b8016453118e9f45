import DOELinux
import SPDMSocket
import Synchronization

/// A peer at an SPDM socket on a thread of its own: each connection gets a script, a turn of it for each frame that
/// comes, and is closed after the last turn. Continue is answered as DMTF's responder does, which then closes; it is no
/// turn.
final class FakePeer: Sendable {
    enum Turn: Sendable {
        /// Sends these frames, glued.
        case send([SPDMFrame])
        /// Sends these frames glued, when the gate lets it.
        case sendLate([SPDMFrame])
        /// Sends nothing until the other end has hung up.
        case silence
        /// Hangs up.
        case hangUp
    }

    let address: SPDMSocketAddress
    /// One entry for each connection that was closed; `true` where the other end took its leave first.
    let closed = BlockingQueue<Bool>()
    /// One entry lets one late answer go.
    let gate = BlockingQueue<Void>()
    private let taken = Taken()
    private let thread: WorkerThread

    /// What has come so far.
    private final class Taken: Sendable {
        let frames = Mutex<[SPDMFrame]>([])
    }

    init(_ connections: [Turn]...) throws {
        let listener = try ListeningSocket(address: "127.0.0.1", port: 0)
        address = .tcp("127.0.0.1", port: listener.port ?? 0)
        let (closed, gate, taken) = (closed, gate, taken)
        thread = try WorkerThread(name: "peer") {
            for turns in connections {
                // The connection is closed when the call is over.
                guard let wasLeft = try? FakePeer.serve(listener, turns, taken, gate) else { return }
                _ = closed.push(wasLeft)
            }
        }
    }

    var received: [SPDMFrame] { taken.frames.withLock { $0 } }

    /// Waits until every script is played.
    func join() { thread.join() }

    /// Whether the other end said continue.
    private static func serve(
        _ listener: ListeningSocket, _ turns: [Turn], _ taken: Taken, _ gate: BlockingQueue<Void>
    ) throws -> Bool {
        let poll = try EventPoll()
        try poll.add(listener.descriptor, .readable, token: 1)
        _ = try poll.wait(milliseconds: 60_000)
        guard let connection = try listener.accept() else { return false }
        var reader = SPDMFrameReader()
        var bytes: ArraySlice<UInt8> = []
        for turn in turns {
            guard let frame = try next(&reader, &bytes, from: connection) else { return false }
            guard frame.command != .continue else { return try answerContinue(on: connection) }
            taken.frames.withLock { $0.append(frame) }
            switch turn {
            case .send(let frames): _ = try connection.sendAll(frames.flatMap(\.bytes))
            case .sendLate(let frames):
                _ = gate.take()
                // In small writes, as DMTF's responder sends.
                for frame in frames {
                    for piece in [frame.bytes.prefix(4), frame.bytes.dropFirst(4).prefix(8), frame.bytes.dropFirst(12)]
                    {
                        _ = try connection.sendAll(Array(piece))
                    }
                }
            case .silence:
                guard try next(&reader, &bytes, from: connection)?.command == .continue else { return false }
                return try answerContinue(on: connection)
            case .hangUp: return false
            }
        }
        return false
    }

    private static func answerContinue(on connection: StreamSocket) throws -> Bool {
        _ = try connection.sendAll(SPDMFrame(.continue).bytes)
        return true
    }

    /// `nil` where the other end has hung up.
    private static func next(
        _ reader: inout SPDMFrameReader, _ bytes: inout ArraySlice<UInt8>, from connection: StreamSocket
    ) throws -> SPDMFrame? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let frame = try reader.next(from: &bytes) { return frame }
            guard try connection.waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000),
                case .bytes(let count) = try connection.receive(into: &buffer)
            else { return nil }
            bytes += buffer[..<count]
        }
    }
}
