internal import Glibc

/// A directory whose files may be believed: it and each file read from it belong to a trusted user, and nobody else can
/// write to them.
///
/// Somebody else may make files of his own in it where it is a sticky one that not everybody can write to, as a daemon
/// does in root's runtime directory: what is a trusted user's there he can neither change nor move away. What is his is
/// an error, links too, where it has a name that is asked for.
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
    /// Whether somebody else makes files in it too.
    private let isShared: Bool

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
        let descriptor = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw TrustError(LinuxError.last("stat", path)) }
        let isShared =
            status.st_mode & S_ISVTX != 0 && status.st_mode & S_IWGRP != 0 && status.st_mode & S_IWOTH == 0
        let directory = TrustedDirectory(path: path, descriptor: descriptor, owners: owners, isShared: isShared)
        try directory.check(status, path, mayBeShared: true)
        return directory
    }

    /// Throws where somebody else can put another directory in the place of this one, or of one on the way to it.
    public func checkWay() throws(TrustError) {
        guard let step = ExposedStep(on: path, owners: owners) else { return }
        throw TrustError(
            "\(path) can be taken away: \(step.who) may write to \(step.directory)",
            remedy: "see who put it there; have it in a folder that nobody but root may write to, as all above it")
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
        if isShared { try checkEntry(name, whole) }
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
        try check(status, whole)
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

    /// What stands there under that name, not where it leads: of a trusted user's nobody else can make another thing. A
    /// second name of a trusted file would be that user's all the same, whoever gave it to it.
    private func checkEntry(_ name: String, _ whole: String) throws(TrustError) {
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw TrustError(LinuxError.last("stat", whole))
        }
        guard owners.contains(status.st_uid), status.st_nlink == 1 || status.st_mode & S_IFMT == S_IFDIR else {
            throw TrustError(
                "\(whole) was put there by somebody who may not: it belongs to uid \(status.st_uid), with"
                    + " \(status.st_nlink) names", remedy: "find out who did it, and remove it")
        }
    }

    private func check(_ status: stat, _ whole: String, mayBeShared: Bool = false) throws(TrustError) {
        guard owners.contains(status.st_uid) else {
            let wanted = owners.sorted().map { $0 == 0 ? "root" : "uid \($0)" }.joined(separator: " or ")
            throw TrustError(
                "\(whole) belongs to uid \(status.st_uid), not to \(wanted)",
                remedy: "see what it says and who put it there; only where that is meant, run 'chown root \(whole)'")
        }
        if let who = ExposedStep.others(whoMayWrite: status.st_mode), !(mayBeShared && isShared) {
            throw TrustError("\(whole) can be written by \(who)", remedy: "run 'chmod go-w \(whole)'")
        }
    }

    private static func isNull(_ status: stat) -> Bool {
        var null = stat()
        return unsafe stat("/dev/null", &null) == 0 && null.st_mode & S_IFMT == S_IFCHR
            && null.st_rdev == status.st_rdev
    }
}
