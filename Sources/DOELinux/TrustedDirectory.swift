internal import Glibc

/// A directory whose files may be believed: it and each file read from it belong to a trusted user, and nobody else can
/// write to them.
public struct TrustedDirectory: Sendable {
    /// What stands under a name.
    public enum Content: Hashable, Sendable {
        /// A regular file's bytes.
        case bytes([UInt8])
        /// `/dev/null`, mostly by a symbolic link: an administrator's way to say "nothing".
        case null
    }

    /// Its path, as it was given.
    public let path: String
    private let descriptor: Descriptor
    private let owners: Set<UInt32>

    /// Opens a directory and checks it; `nil` where there is none. A link that leads nowhere is an error: somebody
    /// meant a directory to be there.
    ///
    /// - Parameter owners: the user ids that it and its files may belong to.
    public static func open(_ path: String, owners: Set<UInt32>) throws(TrustError) -> TrustedDirectory? {
        let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else {
            let isMissing = errno == ENOENT
            let error = LinuxError.last("open directory", path)
            var link = stat()
            if isMissing, unsafe lstat(path, &link) != 0 { return nil }
            throw TrustError(error)
        }
        let directory = TrustedDirectory(path: path, descriptor: Descriptor(owning: number), owners: owners)
        _ = try directory.check(directory.descriptor, path)
        return directory
    }

    /// The names in it that pass a filter, sorted by their bytes.
    ///
    /// - Parameter limit: more entries than this, whether they pass or not, are an error.
    public func names(limit: Int, where wanted: (String) -> Bool) throws(TrustError) -> [String] {
        // It is read on where it stands: give it a descriptor of its own.
        let own = unsafe openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw TrustError(LinuxError.last("open directory", path)) }
        guard var stream = DirectoryStream(taking: own) else {
            throw TrustError(LinuxError.last("read directory", path))
        }
        var names: [String] = []
        var count = 0
        while let bytes = stream.next() {
            count += 1
            guard count <= limit else {
                throw TrustError("\(path) has more than \(limit) entries", remedy: "put only drop-in files there")
            }
            let name = String(decoding: bytes, as: UTF8.self)
            guard wanted(name) else { continue }
            // Mended, it would be another file's name.
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw TrustError("\(path)/\(name) has a name that is not UTF-8", remedy: "rename it")
            }
            names.append(name)
        }
        if errno != 0 { throw TrustError(LinuxError.last("read directory", path)) }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// Reads one file of this directory, whole.
    ///
    /// A symbolic link is followed, since a trusted user has put it here; what it leads to is checked like a file.
    ///
    /// - Parameter limit: a file of more bytes is an error.
    public func read(_ name: String, limit: Int) throws(TrustError) -> Content {
        let whole = "\(path)/\(name)"
        // Not blocking: a pipe by that name must not hang the start.
        let number = unsafe openat(descriptor.number, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw TrustError(LinuxError.last("open", whole)) }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw TrustError(LinuxError.last("stat", whole)) }
        if status.st_mode & S_IFMT == S_IFCHR, Self.isNull(status) { return .null }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TrustError("\(whole) is not a file", remedy: "put a regular file there, or a link to /dev/null")
        }
        try check(file, whole)
        return .bytes(try contents(file, whole, limit))
    }

    private func contents(_ file: Descriptor, _ whole: String, _ limit: Int) throws(TrustError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file.number, buffer.baseAddress, buffer.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw TrustError(LinuxError.last("read", whole)) }
            if count == 0 { return content }
            content += chunk[..<count]
            guard content.count <= limit else {
                throw TrustError("\(whole) has more than \(limit) bytes", remedy: "split it")
            }
        }
    }

    private func check(_ file: Descriptor, _ whole: String) throws(TrustError) {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw TrustError(LinuxError.last("stat", whole)) }
        guard owners.contains(status.st_uid) else {
            let wanted = owners.sorted().map { $0 == 0 ? "root" : "uid \($0)" }.joined(separator: " or ")
            throw TrustError(
                "\(whole) belongs to uid \(status.st_uid), not to \(wanted)", remedy: "run 'chown root \(whole)'")
        }
        if let who = ExposedStep.others(whoMayWrite: status.st_mode) {
            throw TrustError("\(whole) can be written by \(who)", remedy: "run 'chmod go-w \(whole)'")
        }
    }

    private static func isNull(_ status: stat) -> Bool {
        var null = stat()
        return unsafe stat("/dev/null", &null) == 0 && null.st_mode & S_IFMT == S_IFCHR
            && null.st_rdev == status.st_rdev
    }
}
