public import DOEWords

/// A frame whose payload is too large. What follows it cannot be told apart: the connection is of no use any more.
public struct SPDMFrameError: ExplainedError, Hashable {
    /// The frame's command.
    public let command: SPDMCommand
    /// The frame's transport.
    public let transport: SPDMTransport
    /// The size that its header says, in bytes.
    public let declared: Int
    /// The largest that is taken, in bytes.
    public let limit: Int

    /// What was announced, and what would be taken.
    public var problem: String {
        "byte 8 of the frame: expected a payload of at most \(limit) bytes, found \(declared)"
    }
    /// The sender has to change, or it speaks something else.
    public var remedy: String? { "check that the peer speaks the SPDM socket framing (big-endian words)" }
}
