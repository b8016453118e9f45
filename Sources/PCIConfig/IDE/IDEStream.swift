/// What link and selective streams have in common.
public protocol IDEStream: Hashable, Sendable {
    /// Where its block starts in config space, in bytes.
    var offset: UInt16 { get }
    /// What software asked for.
    var control: IDEStreamControl { get }
    /// What is.
    var status: IDEStreamStatus { get }
}

extension IDEStream {
    /// Whether software wants protection and there is none.
    public var isEnabledButNotSecure: Bool { control.isEnabled && status.state != .secure }
}
