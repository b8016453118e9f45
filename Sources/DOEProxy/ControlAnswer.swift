internal import DOEControl
internal import DOEWords

/// Answers of the control interface as they go on the wire, without the zero byte at their end; `nil` where one could
/// not be written.
enum ControlAnswer {
    /// The answer that a method gives, or the error that it throws.
    static func bytes(_ body: () throws(ControlError) -> some Codable & Sendable) -> [UInt8]? {
        do throws(ControlError) {
            return bytes(of: .success(try body()))
        } catch {
            return bytes(of: error)
        }
    }

    /// The answer to a call that was carried out.
    static func bytes(of outcome: Result<some Codable & Sendable, ControlError>) -> [UInt8]? {
        switch outcome {
        case .success(let answer): try? JSONText.encode(VarlinkReply(parameters: answer))
        case .failure(let error): bytes(of: error)
        }
    }

    /// An error that an interface declares.
    static func bytes(of error: ControlError) -> [UInt8]? {
        ErrorReply(error).flatMap { try? JSONText.encode($0) }
    }

    /// An error with its zero byte, after which the connection is closed.
    static func lastBytes(of error: ControlError) -> [UInt8] { bytes(of: error).map { $0 + [0] } ?? [] }
}

extension ControlError {
    /// A connection to the control socket that was not taken.
    static func refused(_ limit: ClientLimit, _ sentence: String) -> Self {
        Self.limit(
            limit == .rate ? .rate : .connections, sentence,
            remedy: "ask on one connection, or close some; see who has them with: ss -xp")
    }

    /// A connection that was let go: since its place was needed, or had rested for too long.
    static let letGo = Self.limit(
        .connections, "this connection was idle, and its place was needed or its time was over",
        remedy: "connect anew for the next call")
}
