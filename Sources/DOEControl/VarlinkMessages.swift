/// A Varlink call as it stands on the wire (varlink.org, "Method Call"): JSON, ended by a zero byte.
public struct VarlinkCall: Codable, Hashable, Sendable {
    /// `INTERFACE.Method`
    public var method: String
    /// The method's arguments.
    public var parameters: [String: JSONValue]?
    /// The caller wants no answer.
    public var oneway: Bool?
    /// The caller takes several answers; no method of ours gives more than one.
    public var more: Bool?
    /// The caller wants to leave Varlink; no method of ours does, it is answered like any call.
    public var upgrade: Bool?

    /// A call.
    public init(method: String, parameters: [String: JSONValue]? = nil) {
        self.method = method
        self.parameters = parameters
    }
}

/// A Varlink answer: either parameters, or an error's name with its own.
public struct VarlinkReply<Parameters: Codable & Sendable>: Codable, Sendable {
    /// The answer, or what the error says of itself.
    public var parameters: Parameters?
    /// `INTERFACE.Error`; absent when it worked.
    public var error: String?

    /// An answer.
    public init(parameters: Parameters? = nil, error: String? = nil) {
        self.parameters = parameters
        self.error = error
    }
}
