internal import Glibc
internal import SystemPackage

extension Descriptor {
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
