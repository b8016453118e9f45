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

    /// Which of the control socket's threads carries it out.
    enum Place: Hashable, Sendable {
        /// The one that answers, which must never wait.
        case answering
        /// The one for what takes long or may wait for a disk.
        case working
    }

    /// What a call came to: the answer's parameters, or what went wrong.
    public typealias Outcome<Answer> = Result<Answer, ControlError>

    /// What it does with a call that ``CallBounds`` lets pass: `reply` is called once, with the answer's bytes, or with `nil`
    /// where it could not be written.
    typealias Work =
        @Sendable (_ call: [UInt8], _ caller: Client, _ reply: @escaping @Sendable ([UInt8]?) -> Void)
        throws(WrongParameter) -> Void

    /// `org.doeaudit.Control1.GetStatus`
    let name: String
    let access: Access
    let place: Place
    let work: Work

    /// A method that answers from memory, at once.
    public static func reading<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters) throws(ControlError) -> Answer
    ) -> Self {
        answering(name, .reads, .answering) { (parameters: Parameters, _) throws(ControlError) in
            try body(parameters)
        }
    }

    /// A method whose answer takes long to make, or may wait for a disk.
    public static func readingSlowly<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters) throws(ControlError) -> Answer
    ) -> Self {
        answering(name, .reads, .working) { (parameters: Parameters, _) throws(ControlError) in try body(parameters) }
    }

    /// A method that changes something, for root alone. It may wait for the disk: changes are made one after the other.
    public static func changing<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (Parameters, _ caller: Client) throws(ControlError) -> Answer
    ) -> Self {
        answering(name, .changes, .working, body)
    }

    /// The same where another thread makes the change, and calls `reply` once when that is done: what takes long must
    /// not hold up other changes.
    public static func changingElsewhere<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String,
        _ body:
            @escaping @Sendable (Parameters, _ caller: Client, _ reply: @escaping @Sendable (Outcome<Answer>) -> Void)
            -> Void
    ) -> Self {
        Self(name: name, access: .changes, place: .working) { call, caller, reply throws(WrongParameter) in
            body(try Parameters(ofCall: call), caller) { reply(ControlAnswer.bytes(of: $0)) }
        }
    }

    private static func answering<Parameters: ControlParameters, Answer: Codable & Sendable>(
        _ name: String, _ access: Access, _ place: Place,
        _ body: @escaping @Sendable (Parameters, Client) throws(ControlError) -> Answer
    ) -> Self {
        Self(name: name, access: access, place: place) { call, caller, reply throws(WrongParameter) in
            let parameters = try Parameters(ofCall: call)
            reply(ControlAnswer.bytes { () throws(ControlError) in try body(parameters, caller) })
        }
    }
}
