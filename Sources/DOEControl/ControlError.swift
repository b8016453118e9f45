public import DOEWords

/// Something on the control socket went wrong.
public struct ControlError: ExplainedError {
    /// The Varlink error's name, where the daemon answered with one.
    public let name: String?
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?
    /// What the Varlink error says besides, for who answers with it.
    public let details: (any Encodable & Sendable)?
    /// The daemon's answer, for who got it.
    private let answer: [UInt8]

    /// Whether no daemon listens there at all.
    public let isNobodyThere: Bool

    /// An error with its explanation.
    public init(
        name: String? = nil, problem: String, remedy: String? = nil, details: (any Encodable & Sendable)? = nil,
        answer: [UInt8] = [], isNobodyThere: Bool = false
    ) {
        self.name = name
        self.problem = problem
        self.remedy = remedy
        self.details = details
        self.answer = answer
        self.isNobodyThere = isNobodyThere
    }

    /// Varlink's own error for a parameter that is of the right type, and that the method cannot take.
    public static func invalidParameter(_ name: String) -> Self {
        Self(
            name: "\(ControlInterface.serviceName).InvalidParameter", problem: "the parameter \(name) cannot be taken",
            details: ["parameter": name])
    }

    /// What the daemon's error says besides, as this type; `nil` where it says something else.
    public func details<Details: Decodable>(as type: Details.Type) -> Details? {
        try? JSONText.decode(VarlinkReply<Details>.self, from: answer).parameters
    }
}
