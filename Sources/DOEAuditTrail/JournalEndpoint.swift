public import DOELinux

/// One journald: where its records go in, and where they are read back. The two must belong together.
public struct JournalEndpoint: Hashable, Sendable {
    /// The native protocol's socket.
    public let socket: String
    /// Where its entries are read.
    public let source: JournalSource

    /// A journald of one's own making, a private one in tests and in the demo.
    public init(socket: String, source: JournalSource) {
        self.socket = socket
        self.source = source
    }

    /// The host's journald.
    public static let host = JournalEndpoint(socket: "/run/systemd/journal/socket", source: .host)

    /// The journald of a namespace (LogNamespace= in systemd.exec(5)).
    public static func namespace(_ name: String) -> JournalEndpoint {
        JournalEndpoint(socket: "/run/systemd/journal.\(name)/socket", source: .namespace(name))
    }
}
