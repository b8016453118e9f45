internal import Synchronization

/// Finds the host's name of a file of which the kernel told the names below its mount, its device and its inode.
///
/// No file system is asked, since it can be one that a client chose and that never answers: as with ``HostProgram`` the way
/// is walked in the kernel's cache alone, where a file that runs, or ran a moment ago, has all of it.
public final class HostFiles: Sendable {
    /// A file as the kernel knows it.
    public struct File: Hashable, Sendable {
        /// The names from the mount's root down to the file.
        public let names: [String]
        /// Of the file system, as the kernel keeps it: the major number from bit 20 on, the minor one below.
        public let device: UInt32
        /// Within the file system.
        public let inode: UInt64

        /// From its parts.
        public init(names: [String], device: UInt32, inode: UInt64) {
            self.names = names
            self.device = device
            self.inode = inode
        }

        var deviceText: String { "\(device >> 20):\(device & 0xfffff)" }
    }

    /// How many are remembered.
    private static let limit = 64
    private let found = Mutex<[File: String]>([:])

    /// Nothing is known yet.
    public init() {}

    /// Its path; `nil` where the host has no such file under such a name now: it is gone, or in another mount namespace, as
    /// a name with a link on the way is. Also where the kernel's cache does not have it any more.
    public func path(of file: File) -> String? {
        if let path = found.withLock({ $0[file] }), Self.isThere(path, file.inode) { return path }
        guard !file.names.isEmpty, let mounts = try? MountTable.current().mounts else { return nil }
        for mount in mounts.reversed() where mount.device == file.deviceText {
            let place = mount.place == "/" ? "" : mount.place
            let path = place + "/" + file.names.joined(separator: "/")
            guard Self.isThere(path, file.inode) else { continue }
            found.withLock { found in
                if found.count >= Self.limit { found = [:] }
                found[file] = path
            }
            return path
        }
        return nil
    }

    /// By the inode alone: on btrfs the file itself names another device than the table of mounts does.
    private static func isThere(_ path: String, _ inode: UInt64) -> Bool {
        guard let place = Descriptor.cachedPlace(Array(path.utf8)) else { return false }
        return FileNumber(of: place)?.hasInode(inode) == true
    }
}
