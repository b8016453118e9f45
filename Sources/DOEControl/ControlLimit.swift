/// A limit on what a client of the control socket may take, by the word that ``ControlInterface/limitExceeded`` says.
public enum ControlLimit: String, Codable, Sendable, CaseIterable {
    /// Connections at a time.
    case connections
    /// New connections a second.
    case rate
    /// Bytes of a call.
    case callSize = "call-size"
    /// How deep a call's parameters are, and how its keys look.
    case callShape = "call-shape"
}

/// What the error `LimitExceeded` says besides.
public struct ExceededLimit: Codable, Hashable, Sendable {
    /// Which one it was.
    public var limit: ControlLimit
}

extension ControlError {
    /// `LimitExceeded`: the connection is closed after it.
    public static func limit(_ limit: ControlLimit, _ problem: String, remedy: String) -> Self {
        Self(
            name: ControlInterface.limitExceeded, problem: problem, remedy: remedy,
            details: ExceededLimit(limit: limit))
    }
}
