public import DOEWords

/// Something on the control socket went wrong.
public struct ControlError: ExplainedError, Hashable {
    /// The Varlink error's name, where the daemon answered with one.
    public let name: String?
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?
    /// What the Varlink error says besides.
    public let details: [String: JSONValue]

    /// Whether no daemon listens there at all.
    public let isNobodyThere: Bool

    /// An error with its explanation.
    public init(
        name: String? = nil, problem: String, remedy: String? = nil, details: [String: JSONValue] = [:],
        isNobodyThere: Bool = false
    ) {
        self.name = name
        self.problem = problem
        self.remedy = remedy
        self.details = details
        self.isNobodyThere = isNobodyThere
    }
}

extension ControlError {
    /// Varlink's own error for a parameter that is of the right type, and that the method cannot take.
    public static func invalidParameter(_ name: String) -> Self {
        Self(
            name: "\(ControlInterface.serviceName).InvalidParameter", problem: "the parameter \(name) cannot be taken",
            details: ["parameter": .string(name)])
    }

    /// An error that says more, by the keys of `details`.
    public init(name: String, problem: String, remedy: String?, saying details: some Encodable) {
        var values: [String: JSONValue] = [:]
        if let text = try? JSONText.encode(details),
            case .object(let object) = try? JSONText.decode(JSONValue.self, from: text)
        {
            values = object
        }
        self.init(name: name, problem: problem, remedy: remedy, details: values)
    }

    /// What the error says besides, as this type; `nil` where it says something else.
    public func details<Details: Decodable>(as type: Details.Type) -> Details? {
        try? JSONText.decode(type, of: details)
    }
}
