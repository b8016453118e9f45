/// What a call on the control socket comes to, as it goes on the wire.
enum ControlReply: Equatable, Sendable {
    /// These bytes, none for a one-way call; the talk goes on.
    case goesOn([UInt8])
    /// These bytes, if there are any, and the end: what came was no call, as Varlink wants it, or goes beyond a limit.
    case ends([UInt8])
}
