internal import Glibc

/// Programs that run virtual machines, by what they are: root's file of a name that such programs have. What a
/// process calls itself says nothing.
///
/// It cannot be known whether such a program runs a guest now, or is made to write by whoever controls it.
enum GuestProgram {
    /// As Linux distributions and the projects themselves call them; `qemu-system-ARCHITECTURE` besides.
    private static let names: Set = ["qemu-kvm", "kvm", "cloud-hypervisor", "crosvm", "stratovirt"]

    /// Whether the host's file of this name is one. `isRoots` says whether nobody but root can put something else
    /// there.
    static func isOne(_ path: String, isRoots: (String) -> Bool = isRootsAlone) -> Bool {
        guard let name = path.split(separator: "/").last.map(String.init) else { return false }
        return (names.contains(name) || name.hasPrefix("qemu-system-")) && isRoots(path)
    }

    /// The file and all directories above it are root's, and nobody else may write there.
    private static func isRootsAlone(_ path: String) -> Bool {
        var place = path
        while true {
            var status = stat()
            guard unsafe lstat(place.isEmpty ? "/" : place, &status) == 0, status.st_uid == 0,
                status.st_mode & (S_IWGRP | S_IWOTH) == 0
            else { return false }
            guard let slash = place.lastIndex(of: "/") else { return true }
            place = String(place[..<slash])
        }
    }
}
