internal import DOEWords

/// What one holder may take of the daemon, so that others get their share: a login, a system unit, or a uid where
/// neither is known (``AccountHolder``). Whom nobody can name shares one place with all others of that kind. Root,
/// whom the rules let do more, has `rootFactor` times as much of everything, apart from the others.
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
    /// Connections of all holders but root together.
    public var connectionsOfAll = 256
    /// Bytes of frames on their way, of all connections of a holder: as many requests as he may have open.
    var frameBytes = 2 << 20
    /// The same of all holders but root together.
    var frameBytesOfAll = 16 << 20
    /// How long a client that names itself may ask for nothing, seconds: a program that connects means to ask.
    public var silentSeconds = 30
    /// How long a connection may rest, seconds. Generous: QEMU connects once, and never again.
    public var idleSeconds = 604_800
    /// How long a client that was there already may rest before one of the same holder can have its place,
    /// microseconds.
    var shortestRest: UInt64 = 1_000_000

    /// The defaults, which a production host can keep.
    public init() {}

    /// On the control socket, where a call costs what a frame does on a mailbox's: a screen that shows the status
    /// every second needs one connection. Between two calls nothing is lost with it.
    public static var onControlSocket: Self {
        var limits = Self()
        (limits.rate, limits.burst) = (100, 500)
        (limits.connections, limits.connectionsOfAll) = (16, 64)
        limits.shortestRest = 0
        return limits
    }

    /// What this holder has; root's is larger.
    func share(of holder: AccountHolder) -> Self {
        guard holder == .root else { return self }
        var share = self
        share.rate *= Self.rootFactor
        share.burst *= Self.rootFactor
        share.openExchanges *= Self.rootFactor
        share.requestBytes *= Self.rootFactor
        share.connections *= Self.rootFactor
        share.frameBytes *= Self.rootFactor
        return share
    }
}
