internal import CLinux
public import DOEWords

/// What the kernel noted of a Unix socket's peer when it connected (SO_PEERCRED, SO_PEERGROUPS).
public struct PeerCredentials: Sendable {
    /// Process id in our namespace; 0 for a process of another one.
    public let pid: Int32
    /// Effective user id.
    public let uid: UInt32
    /// Effective group id and supplementary groups.
    public let groups: Fact<[UInt32]>

    /// Reads both; `nil` for a socket without credentials.
    public init?(of socket: Descriptor) {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
        guard unsafe clinux_peer_credentials(socket.number, &pid, &uid, &gid) == 0 else { return nil }
        var groups = [UInt32](repeating: 0, count: 65536)  // NGROUPS_MAX
        let count = unsafe clinux_peer_groups(socket.number, &groups, groups.count)
        self.pid = pid
        self.uid = uid
        self.groups = count >= 0 ? .known(Array(Set(groups[..<Int(count)]).union([gid]))) : .unknown
    }
}
