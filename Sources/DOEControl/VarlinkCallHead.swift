/// What a call says beside its parameters, which only its method can read.
public struct VarlinkCallHead: Decodable, Hashable, Sendable {
    /// `INTERFACE.Method`
    public var method: String
    /// The caller wants no answer.
    public var oneway: Bool?
    /// The caller takes several answers; no method of ours gives more than one.
    public var more: Bool?
    /// The caller wants to leave Varlink; no method of ours does, it is answered like any call.
    public var upgrade: Bool?
    /// They are an object, or it is no call.
    private var parameters: AnyParameters?

    private struct AnyParameters: Decodable, Hashable {
        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: ParameterKey.self) }
    }

    /// Reads a message, and throws where nobody may decode it, or it is no call: an error to answer with before the
    /// end, since who writes such calls is not understood in the next one either.
    public init(of message: [UInt8]) throws(ControlError) {
        if let obstacle = CallBounds.obstacle(in: message) { throw obstacle }
        do throws(JSONGrammar.Fault) {
            try JSONGrammar.check(message)
        } catch {
            throw .noCall("the message is no JSON, byte \(error.offset + 1): \(error.problem)")
        }
        guard let head = try? JSONText.decodeAsIs(Self.self, from: message) else {
            throw .noCall("the message is JSON, and no call of Varlink's")
        }
        self = head
    }
}

extension ControlError {
    fileprivate static func noCall(_ problem: String) -> Self {
        Self(
            name: ControlInterface.notACall, problem: problem,
            remedy: "send an object with method (a text), and where there are any parameters (an object), oneway, "
                + "more and upgrade (true or false), and a zero byte")
    }
}
