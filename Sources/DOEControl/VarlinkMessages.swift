/// A Varlink call as it stands on the wire (varlink.org, "Method Call"): JSON, ended by a zero byte.
public struct VarlinkCall<Parameters: Encodable & Sendable>: Encodable, Sendable {
    /// `INTERFACE.Method`
    public var method: String
    /// The method's arguments.
    public var parameters: Parameters

    /// A call.
    public init(method: String, parameters: Parameters) {
        self.method = method
        self.parameters = parameters
    }
}

/// A Varlink answer: either parameters, or an error's name with its own.
public struct VarlinkReply<Parameters> {
    /// The answer, or what the error says of itself.
    public var parameters: Parameters?
    /// `INTERFACE.Error`; absent when it worked.
    public var error: String?

    /// An answer.
    public init(parameters: Parameters? = nil, error: String? = nil) {
        self.parameters = parameters
        self.error = error
    }

    private enum CodingKeys: String, CodingKey { case parameters, error }
}

extension VarlinkReply: Encodable where Parameters: Encodable {}
extension VarlinkReply: Decodable where Parameters: Decodable {}
extension VarlinkReply: Sendable where Parameters: Sendable {}
