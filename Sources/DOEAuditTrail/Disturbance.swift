internal import DOELinux
internal import Glibc

/// What somebody has done to a file of the trail under a daemon that uses it.
enum Disturbance: Hashable, Sendable {
    /// Nothing has its name any more.
    case gone
    /// Something else has its name.
    case replaced
    /// It has another size than it was made with.
    case resized(bytes: Int)
    /// What the daemon has written into it is not what stands there.
    case overwritten

    /// What became of the file, for a person: it follows its path.
    var words: String {
        switch self {
        case .gone: "was removed or renamed"
        case .replaced: "was replaced by another file"
        case .resized(let bytes): "was given another size, \(bytes) bytes,"
        case .overwritten: "was overwritten"
        }
    }

    /// Looks whether an open file still is what its path leads to, and has its size; what is in it is not looked at.
    /// Where the kernel does not tell, nothing is said.
    static func look(at file: Descriptor, path: String, size: Int) -> Disturbance? {
        var (own, found) = (stat(), stat())
        guard unsafe fstat(file.number, &own) == 0 else { return nil }
        guard unsafe lstat(path, &found) == 0 else { return errno == ENOENT || errno == ENOTDIR ? .gone : nil }
        guard own.st_dev == found.st_dev, own.st_ino == found.st_ino else { return .replaced }
        return Int(own.st_size) == size ? nil : .resized(bytes: Int(own.st_size))
    }
}
