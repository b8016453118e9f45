internal import DOELinux
internal import DOEWords
internal import Glibc

/// The file `config` of one function behind one descriptor that stays open.
///
/// The kernel ties a descriptor to the function that was there when it was opened: after a hot-unplug it answers ENODEV,
/// whoever has come to the same address since.
struct ConfigFile: ConfigSpace {
    private let path: String
    private let descriptor: Descriptor
    private let isWritable: Bool
    /// Why it could not be opened for writing, though that was wanted.
    private let writeError: ConfigSpaceError?
    private let identity: FileIdentity
    /// As the kernel says: 256 for a conventional function, 4096 for PCIe. Less only in a made-up tree.
    let byteCount: Int

    /// Which file a name leads to.
    private struct FileIdentity: Hashable {
        let device: UInt
        let inode: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    /// One that is open, and the path that led to it.
    init(_ opened: OpenedConfig, path: String, forReadingAlone: Bool) throws(ConfigSpaceError) {
        descriptor = opened.descriptor
        writeError = opened.writeError
        isWritable = opened.writeError == nil && !forReadingAlone
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else {
            throw Self.failure("read the size of", path, errno)
        }
        self.path = path
        identity = FileIdentity(status)
        byteCount = Int(status.st_size)
    }

    /// The open file, to be handed on.
    var opened: OpenedConfig { OpenedConfig(descriptor, writeError: writeError) }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        try checkOffset(offset)
        var value: UInt32 = 0
        while true {
            let count = unsafe pread(descriptor.number, &value, 4, off_t(offset))
            if count == 4 { return UInt32(littleEndian: value) }
            if count >= 0 { throw short(at: offset) }
            guard errno == EINTR else { throw Self.failure("read", path, errno) }
        }
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        try checkOffset(offset)
        guard isWritable else {
            throw writeError
                ?? ConfigSpaceError(.refused, problem: "\(path) was opened for reading alone, and is not written to")
        }
        var value = value.littleEndian
        while true {
            let count = unsafe pwrite(descriptor.number, &value, 4, off_t(offset))
            if count == 4 { return }
            if count >= 0 {
                throw ConfigSpaceError(
                    .short, problem: "\(path) took \(count) of 4 bytes at 0x\(offset.hex(digits: 3))")
            }
            guard errno == EINTR else { throw Self.failure("write", path, errno) }
        }
    }

    /// Why nothing can be written to it, though that was wanted.
    var obstacleToWriting: Obstacle? { writeError.map { Obstacle($0) } }

    /// Whether the path still leads to the file that is open: a function that was removed and found again has a new one.
    func isStillNamed() -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        return FileIdentity(status) == identity
    }

    private func checkOffset(_ offset: UInt16) throws(ConfigSpaceError) {
        guard offset < 0x1000, offset.isMultiple(of: 4) else {
            throw ConfigSpaceError(
                .failed, problem: "0x\(offset.hex(digits: 3)) is no dword of the 4 KiB of config space of \(path)")
        }
    }

    private func short(at offset: UInt16) -> ConfigSpaceError {
        let problem = "\(path) ends before the dword at 0x\(offset.hex(digits: 3))"
        // The kernel shows the first 64 bytes to everybody, and the rest to CAP_SYS_ADMIN only.
        guard offset >= 64, byteCount > Int(offset) || byteCount <= 64 else {
            return ConfigSpaceError(.short, problem: problem)
        }
        return ConfigSpaceError(
            .short, problem: problem, remedy: "run this as root: reading past 64 bytes needs CAP_SYS_ADMIN")
    }

    static func failure(_ verb: String, _ path: String, _ error: Int32) -> ConfigSpaceError {
        let reason = unsafe String(cString: strerror(error))
        let problem = "cannot \(verb) \(path): \(reason)"
        switch error {
        case ENODEV, ENXIO, ENOENT:
            return ConfigSpaceError(.gone, problem: problem)
        case EROFS:
            return ConfigSpaceError(
                .refused, problem: problem,
                remedy:
                    "sysfs is mounted for reading alone there, as in a container: run this on the host itself, or "
                    + "mount it for writing")
        case EPERM, EACCES:
            let isRoot = !Privileges.wouldRootHelp
            return ConfigSpaceError(
                .refused, problem: problem,
                remedy: (isRoot ? "root is refused too: " : "run this as root; where that does not help, ")
                    + "/sys/kernel/security/lockdown says whether the kernel is locked down, and a locked kernel "
                    + "takes no config space writes from any program; in a container root lacks CAP_SYS_ADMIN")
        default:
            return ConfigSpaceError(.failed, problem: problem)
        }
    }
}
