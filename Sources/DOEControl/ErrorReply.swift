/// An error on the wire: its name, what it says besides, and in ours what happened and what to do.
public struct ErrorReply: Encodable {
    private let parameters: Parameters
    private let error: String

    /// The reply for this error; `nil` where it has no name on the wire.
    public init?(_ error: ControlError) {
        guard let name = error.name else { return nil }
        self.error = name
        parameters = Parameters(error: error, hasWords: !name.hasPrefix(ControlInterface.serviceName + "."))
    }

    private struct Parameters: Encodable {
        let error: ControlError
        /// Varlink's own have none, and one parameter each, which says it.
        let hasWords: Bool

        enum Key: CodingKey { case problem, remedy }

        func encode(to encoder: any Encoder) throws {
            // First, so that it is an object even where there is nothing to say.
            var words = encoder.container(keyedBy: Key.self)
            try error.details?.encode(to: encoder)
            guard hasWords else { return }
            try words.encode(error.problem, forKey: .problem)
            try words.encodeIfPresent(error.remedy, forKey: .remedy)
        }
    }
}

/// The words of an error that came over the wire; Varlink's own have none.
struct ErrorWords: Decodable {
    let problem: String?
    let remedy: String?
}
