internal import DOEControl

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
        guard let name = error.name else { return nil }
        var parameters = error.details
        // Ours all say what happened and what to do. Varlink's own have one parameter each, which says it.
        if !name.hasPrefix(ControlInterface.serviceName + ".") {
            parameters["problem"] = .string(error.problem)
            parameters["remedy"] = error.remedy.map { .string($0) }
        }
        return try? JSONText.encode(VarlinkReply(parameters: parameters, error: name))
    }
}
