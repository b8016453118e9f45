internal import CLinux
public import DOEWords
internal import Glibc

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
        self.pid = pid
        self.uid = uid
        groups = Self.supplementaryGroups(of: socket).map { Array(Set($0).union([gid])) }
    }

    /// The effective user id alone, which costs least; `nil` for a socket without credentials.
    public static func uid(of socket: Descriptor) -> UInt32? {
        var (pid, uid, gid): (Int32, UInt32, UInt32) = (0, 0, 0)
        return unsafe clinux_peer_credentials(socket.number, &pid, &uid, &gid) == 0 ? uid : nil
    }

    private static func supplementaryGroups(of socket: Descriptor) -> Fact<[UInt32]> {
        // Few have more than the first size holds; NGROUPS_MAX is the second.
        for size in [64, 65536] {
            var groups = [UInt32](repeating: 0, count: size)
            let count = unsafe clinux_peer_groups(socket.number, &groups, size)
            if count >= 0 { return .known(Array(groups[..<Int(count)])) }
            guard errno == ERANGE else { break }
        }
        return .unknown
    }
}
