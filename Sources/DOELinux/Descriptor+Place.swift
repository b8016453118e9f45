internal import CLinux
internal import Glibc
internal import SystemPackage

extension Descriptor {
    /// How often a way is tried: somebody who renames or mounts at the same moment spoils one walk.
    private static let attempts = 8

    /// What stands at a path, held by name alone (O_PATH), with no link on the way. The way is walked in the kernel's cache
    /// alone (RESOLVE_CACHED), so that no file system is asked; `nil` where not all of it is there, or nothing is.
    static func cachedPlace(_ path: [UInt8]) -> Descriptor? {
        let path = path.map { CChar(bitPattern: $0) } + [0]
        for _ in 0..<attempts {
            let place = unsafe clinux_open_cached_place(path)
            if place >= 0 { return Descriptor(owning: place) }
            guard errno == EAGAIN else { return nil }
        }
        return nil
    }

    /// Of a directory: throws where its path leads elsewhere by now (ENOENT), or nowhere. What is written by that path
    /// would be somebody else's.
    public func requirePlace(at path: String) throws(LinuxError) {
        var (own, found) = (stat(), stat())
        guard unsafe fstat(number, &own) == 0, unsafe stat(path, &found) == 0, own.st_dev == found.st_dev,
            own.st_ino == found.st_ino
        else {
            throw LinuxError(
                "find", "the directory that was \(path)", .noSuchFileOrDirectory,
                remedy: "put the state directory back, or restart the daemon")
        }
    }
}
