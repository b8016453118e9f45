internal import DOELinux

/// How far the end of a talk has come.
struct Parting {
    /// What is still to be sent of the frame that says it; `nil` before.
    var farewell: ArraySlice<UInt8>?
    /// How many bytes were read away.
    var readAway = 0

    /// A late answer and the last one, as large as frames may be: who sends more is not heard out.
    static let mostReadAway = 2 * (SPDMFrame.headerByteCount + SPDMFrame.maximumPayload)
}

// The end of a talk, in order. A peer that writes its answer in several small pieces is killed by SIGPIPE where the
// connection ends between two of them, and an emulator takes a close without a word for the end of its own work.
extension SPDMSocketClient {
    /// Says continue, once, and reads away what still comes, until the other end has answered that or has closed. Then,
    /// and where nothing orderly can be said any more, it is `true`, and the client may go. `false` where the deadline (a
    /// monotonic time in microseconds) passed first: the next call goes on waiting.
    ///
    /// The answer to continue stands behind every answer that is late, however late that is.
    mutating func part(until deadline: UInt64) -> Bool {
        guard !isRequestCut else { return true }
        while parting.readAway < Parting.mostReadAway {
            guard sayFarewell(), let isAnswered = takeFrames() else { return true }
            if isAnswered { return true }
            guard let isReadable = try? socket.waitReadable(until: deadline) else { return true }
            guard isReadable else { return false }
            switch try? socket.receive(into: &buffer) {
            case .bytes(let count):
                pending = buffer[..<count]
                parting.readAway += count
            case .nothingYet: continue
            case .ended, nil: return true
            }
        }
        return true
    }

    /// Sends as much of it as fits now; `false` where the other end has gone.
    private mutating func sayFarewell() -> Bool {
        var rest = parting.farewell ?? SPDMFrame(.continue).bytes[...]
        while !rest.isEmpty {
            guard let count = try? socket.send(rest) else { return false }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        parting.farewell = rest
        return true
    }

    /// Whether continue was answered by what is here; `nil` where that is no frame.
    private mutating func takeFrames() -> Bool? {
        do throws(SPDMFrameError) {
            while let frame = try reader.next(from: &pending) {
                // Who does not know the command says so; before that may come the same word for an earlier request.
                if frame.command == .continue || (frame.command == .unknown && !isAnswerDue) { return true }
                isAnswerDue = false
            }
            return false
        } catch {
            return nil
        }
    }
}
