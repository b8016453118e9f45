/// What one user may take of the daemon, so that others get their share. A user is a uid; whom the kernel cannot name
/// shares one place with all others of that kind. Root, whom the rules let do more, has `rootFactor` times as much of
/// everything, apart from the others.
public struct ClientLimits: Hashable, Sendable {
    /// How much more root has.
    public static let rootFactor = 8

    /// Frames and new connections a second, on the average.
    public var rate = 1000
    /// How many of them at once, after a pause. A whole SPDM session (2,500 frames) passes without one.
    public var burst = 5000
    /// Exchanges at a time.
    public var openExchanges = 16
    /// The largest request in bytes. The framing takes no more than 1 MiB from anybody.
    public var requestBytes = 131_072
    /// Connections at a time.
    public var connections = 32
    /// Connections of all users but root together.
    public var connectionsOfAll = 256

    /// The defaults, which a production host can keep.
    public init() {}

    /// On the control socket, where a call costs what a frame does on a mailbox's: a screen that shows the status every
    /// second needs one connection.
    public static var onControlSocket: Self {
        var limits = Self()
        (limits.rate, limits.burst) = (100, 500)
        (limits.connections, limits.connectionsOfAll) = (16, 64)
        return limits
    }

    /// What this user has; root's is larger.
    func share(of uid: UInt32) -> Self {
        guard uid == 0 else { return self }
        var share = self
        share.rate *= Self.rootFactor
        share.burst *= Self.rootFactor
        share.openExchanges *= Self.rootFactor
        share.requestBytes *= Self.rootFactor
        share.connections *= Self.rootFactor
        return share
    }
}
