internal import CPeers
internal import Glibc

/// A process that answers requests on a Unix socket, and the connection to it.
final class Responder {
    private let path: String
    private let process: Int32
    private let socket: Int32

    init(_ path: String, process: Int32) throws(MeasureError) {
        self.path = path
        self.process = process
        socket = unsafe peer_connect(path)
        guard socket >= 0 else { throw MeasureError("cannot connect to \(path)") }
    }

    deinit { close(socket) }

    /// Asks the same thing so many times; the last answer, and how many nanoseconds each took.
    func exchange(_ request: [UInt8], count: Int) throws(MeasureError) -> (answer: [UInt8], nanoseconds: [UInt64]) {
        var answer = [UInt8](repeating: 0, count: 256)
        var times = [UInt64](repeating: 0, count: count)
        let size = unsafe peer_exchanges(socket, request, request.count, &answer, answer.count, &times, count)
        guard size > 0 else { throw MeasureError("\(path): \(size == 0 ? "refused the request" : "no answer")") }
        return (Array(answer[..<size]), times)
    }

    /// CPU time of the process so far, nanoseconds.
    var processorTime: UInt64 { peer_process_nanoseconds(process) }

    /// Waits until the process has done what it does after its last answer, so that this is counted as its own and does
    /// not slow down the next turn. At most 10 s.
    func settle() {
        var before = processorTime
        for _ in 0..<100 {
            usleep(100_000)
            let now = processorTime
            // What a process spends on its own timers is far below one per cent.
            if now < before + 1_000_000 { return }
            before = now
        }
    }
}
