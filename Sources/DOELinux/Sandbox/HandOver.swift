internal import Glibc
internal import SystemPackage

/// A directory of the daemon's that root makes, and gives to the user that it becomes: what is the daemon's there, and
/// nothing else.
///
/// Somebody may name a wrong directory, `/etc` or `/run`. So one that is root's yet is given only where every name in it
/// is the daemon's, and of files only those that no link and no second name leads to; of folders in it the one in which
/// the daemon has its sockets, where nothing else is.
public struct HandOver: Sendable {
    /// To whom a directory belongs afterwards.
    public enum Ownership: Sendable {
        /// To the user alone.
        case own
        /// To root, who keeps files of its own there; the user makes files beside them (a sticky directory).
        case shared
    }

    private let path: String
    private let mode: UInt32
    private let ownership: Ownership
    private let names: Set<String>
    private let sockets: String?
    private let neighbours: Set<String>

    /// Places in a directory.
    ///
    /// - Parameters:
    ///   - names: what the daemon's files and folders there are called; what is made before it gets its name ends in
    ///     `.new`.
    ///   - sockets: which of these is a folder of sockets.
    ///   - neighbours: what may stand there besides, and stays whose it is.
    public init(
        _ path: String, mode: UInt32, _ ownership: Ownership, names: Set<String>, sockets: String? = nil,
        neighbours: Set<String> = []
    ) {
        (self.path, self.mode, self.ownership) = (path, mode, ownership)
        (self.names, self.sockets, self.neighbours) = (names, sockets, neighbours)
    }

    /// Makes it unless it is there, and gives it to a user. As root.
    public func give(to user: SystemUser) throws(LinuxError) {
        let isNew = unsafe mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else {
            let error = LinuxError.last("mkdir", path)
            let place = "the directory that \(path) is to be in"
            throw LinuxError(
                error.call, path, error.errno,
                remedy: "\(error.remedy(forWritingIn: place)), or choose another directory with an option")
        }
        try checkWay()
        let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else {
            throw .last("use", path, remedy: "remove it, or choose another directory")
        }
        let directory = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last("stat", path) }
        let isRoots = status.st_uid == 0
        guard isRoots || status.st_uid == user.id, isNew || status.st_mode & mostWritable(status, user) == 0 else {
            throw LinuxError(
                "use", path, .permissionDenied,
                remedy: "it must belong to root or to user \(user.name), and nobody else may write to it")
        }
        let found = try list(directory)
        if isRoots, let strange = found.first(where: { !isOurs($0) && !neighbours.contains($0) }) {
            throw LinuxError(
                "give \(path) to user \(user.name), since there is", "\(path)/\(strange), which is not doe-auditd's",
                .directoryNotEmpty,
                remedy: "choose a directory of its own with an option")
        }
        for name in found.sorted() where isOurs(name) { try giveFile(name, in: directory, "\(path)/\(name)", user) }
        guard isRoots else { return }
        try setOwner(directory, user)
    }

    /// Whoever may exchange a step on the way would choose which of root's directories is given.
    private func checkWay() throws(LinuxError) {
        let above = FilePath(path).removingLastComponent().string
        guard let step = ExposedStep(on: above, owners: [0]) else { return }
        throw LinuxError(
            "give away \(path), since \(step.who) may lead it elsewhere in", step.directory, .permissionDenied,
            remedy: "choose a directory on whose way nobody but root may write")
    }

    /// The sticky directory that was made so is not writable by anybody that it was not given to.
    private func mostWritable(_ status: stat, _ user: SystemUser) -> mode_t {
        if case .shared = ownership, status.st_mode & S_ISVTX != 0, status.st_gid == user.group { return S_IWOTH }
        return S_IWOTH | S_IWGRP
    }

    private func setOwner(_ directory: Descriptor, _ user: SystemUser) throws(LinuxError) {
        let (owner, group, mode): (UInt32, UInt32, UInt32) =
            switch ownership {
            case .own: (user.id, user.group, self.mode)
            case .shared: (0, user.group, self.mode | 0o1020)
            }
        guard fchown(directory.number, owner, group) == 0 else { throw .last("chown", path) }
        guard fchmod(directory.number, mode) == 0 else { throw .last("chmod", path) }
    }

    private func isOurs(_ name: String) -> Bool {
        names.contains(name.hasSuffix(".new") ? String(name.dropLast(4)) : name)
    }

    private func list(_ directory: Descriptor) throws(LinuxError) -> [String] {
        let own = unsafe openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = DirectoryStream(taking: own) else { throw .last("read directory", path) }
        return stream.names()
    }

    /// A file, a socket, or the folder of sockets. Others are left: the daemon says what it finds in the place of a file.
    private func giveFile(
        _ name: String, in directory: Descriptor, _ whole: String, _ user: SystemUser
    ) throws(LinuxError) {
        // The thing itself, whatever it is, without setting anything off; from here on it cannot become another one.
        let number = unsafe openat(directory.number, name, Self.placeAlone | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT { return }
            throw .last("open", whole)
        }
        let file = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last("stat", whole) }
        guard status.st_uid == 0 else { return }
        switch status.st_mode & S_IFMT {
        // A second name may be one of a file that is not ours.
        case S_IFREG, S_IFSOCK: guard status.st_nlink == 1 else { return }
        case S_IFDIR where name == sockets:
            let folder = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { throw .last("open", whole) }
            let held = Descriptor(owning: folder)
            let found = try list(held)
            guard found.allSatisfy({ $0.hasSuffix(".sock") || $0.hasSuffix(".sock.new") }) else { return }
            for inner in found { try giveFile(inner, in: held, "\(whole)/\(inner)", user) }
        default: return
        }
        guard unsafe fchownat(file.number, "", user.id, user.group, Self.itself) == 0 else {
            throw .last("chown", whole)
        }
    }

    /// O_PATH
    private static let placeAlone: Int32 = 0o10000000
    /// AT_EMPTY_PATH
    private static let itself: Int32 = 0x1000
}
