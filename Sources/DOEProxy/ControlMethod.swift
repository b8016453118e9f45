public import DOEControl
public import DOEWords

/// One method of the control interface: its name, what it takes, who may call it, and what it does.
public struct ControlMethod: Sendable {
    /// Who may call it.
    enum Access: Hashable, Sendable {
        /// Whoever may connect to the socket.
        case reads
        /// Root alone.
        case changes
    }

    /// What a call came to: the answer's parameters, or what went wrong.
    public typealias Outcome<Answer> = Result<Answer, ControlError>

    /// What it does, and where. The bytes of an answer are `nil` where it could not be written.
    enum Work: Sendable {
        /// At once, on the server's thread, which must never wait.
        case here(@Sendable (_ parameters: [String: JSONValue]) throws(WrongParameter) -> [UInt8]?)
        /// On the control worker's thread, or begun there: `reply` is called once.
        case elsewhere(
            @Sendable (
                _ parameters: [String: JSONValue], _ caller: Client, _ reply: @escaping @Sendable ([UInt8]?) -> Void
            ) throws(WrongParameter) -> Void)
    }

    /// `org.doeaudit.Control1.GetStatus`
    let name: String
    let access: Access
    let work: Work

    /// A method that answers from memory, at once.
    public static func reading<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters) throws(ControlError) -> Answer
    ) -> Self {
        Self(
            name: name, access: .reads,
            work: .here { parameters throws(WrongParameter) in
                let parameters = try Parameters(reading: parameters)
                return ControlAnswer.bytes { () throws(ControlError) in try body(parameters) }
            })
    }

    /// A method whose answer takes long to make, or may wait for a disk: off the server's thread.
    public static func readingSlowly<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters) throws(ControlError) -> Answer
    ) -> Self {
        onWorker(name, .reads) { (parameters: Parameters, _) throws(ControlError) in try body(parameters) }
    }

    /// A method that changes something, for root alone. It may wait for the disk: changes are made off the server's
    /// thread, one after the other.
    public static func changing<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters, _ caller: Client) throws(ControlError) -> Answer
    ) -> Self {
        onWorker(name, .changes, body)
    }

    /// The same where another thread makes the change, and calls `reply` once when that is done: what takes long must
    /// not hold up other changes.
    public static func changingElsewhere<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body:
            @escaping @Sendable (Parameters, _ caller: Client, _ reply: @escaping @Sendable (Outcome<Answer>) -> Void)
            -> Void
    ) -> Self {
        Self(
            name: name, access: .changes,
            work: .elsewhere { parameters, caller, reply throws(WrongParameter) in
                body(try Parameters(reading: parameters), caller) { reply(ControlAnswer.bytes(of: $0)) }
            })
    }

    private static func onWorker<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String, _ access: Access,
        _ body: @escaping @Sendable (Parameters, Client) throws(ControlError) -> Answer
    ) -> Self {
        Self(
            name: name, access: access,
            work: .elsewhere { parameters, caller, reply throws(WrongParameter) in
                let parameters = try Parameters(reading: parameters)
                reply(ControlAnswer.bytes { () throws(ControlError) in try body(parameters, caller) })
            })
    }
}
