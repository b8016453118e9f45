import DOELinux
import SPDMSocket
import Synchronization

/// A peer at an SPDM socket on a thread of its own: each connection gets a script, a turn of it for each frame that
/// comes, and is closed after the last turn.
final class FakePeer: Sendable {
    enum Turn: Sendable {
        /// Sends these frames, glued.
        case send([SPDMFrame])
        /// Sends nothing until the other end has hung up.
        case silence
        /// Hangs up.
        case hangUp
    }

    let address: SPDMSocketAddress
    /// One entry for each connection that was closed.
    let closed = BlockingQueue<Void>()
    private let taken = Taken()
    private let thread: WorkerThread

    /// What has come so far.
    private final class Taken: Sendable {
        let frames = Mutex<[SPDMFrame]>([])
    }

    init(_ connections: [Turn]...) throws {
        let listener = try ListeningSocket(address: "127.0.0.1", port: 0)
        address = .tcp("127.0.0.1", port: listener.port ?? 0)
        let (closed, taken) = (closed, taken)
        thread = try WorkerThread(name: "peer") {
            for turns in connections {
                // The connection is closed when the call is over.
                guard (try? FakePeer.serve(listener, turns, taken)) != nil else { return }
                _ = closed.push(())
            }
        }
    }

    var received: [SPDMFrame] { taken.frames.withLock { $0 } }

    /// Waits until every script is played.
    func join() { thread.join() }

    private static func serve(_ listener: ListeningSocket, _ turns: [Turn], _ taken: Taken) throws {
        let poll = try EventPoll()
        try poll.add(listener.descriptor, .readable, token: 1)
        _ = try poll.wait(milliseconds: 60_000)
        guard let connection = try listener.accept() else { return }
        var reader = SPDMFrameReader()
        var bytes: ArraySlice<UInt8> = []
        for turn in turns {
            guard let frame = try next(&reader, &bytes, from: connection) else { return }
            taken.frames.withLock { $0.append(frame) }
            switch turn {
            case .send(let frames): _ = try connection.sendAll(frames.flatMap(\.bytes))
            case .silence: _ = try next(&reader, &bytes, from: connection)
            case .hangUp: return
            }
        }
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
