internal import CLinux
internal import DOELinux
internal import Glibc
internal import SystemPackage

/// Making a ring, and reading back what one holds.
extension Ring {
    /// Opens a ring, or makes one of `slotCount` slots where there is none, and says what it holds. The number of
    /// slots of an existing ring stays.
    static func open(path: String, slotCount: Int) throws(TrailError) -> (ring: Ring, content: RingContent) {
        do throws(LinuxError) {
            let directory = try lockDirectory(of: path)
            try makeIfAbsent(path: path, slotCount: slotCount)
            guard let file = try OwnFile.open(path, for: .writing)?.descriptor else {
                throw LinuxError("open", path, .noSuchFileOrDirectory)
            }
            try lock(file, path)
            let (found, content) = try read(file, path: path, slotCount: slotCount)
            var ring = found
            ring.directory = directory
            return (ring, content)
        } catch {
            throw TrailError(opening: error, path: path)
        }
    }

    /// One daemon a state directory: also where the ring's file is taken away while the daemon lives.
    private static func lockDirectory(of path: String) throws(LinuxError) -> Descriptor {
        let folder = self.folder(of: path)
        let number = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", folder) }
        let directory = Descriptor(owning: number)
        try lock(directory, path)
        return directory
    }

    /// The lock goes with the descriptor. The daemon before may be on its way out, so half a second is spent on
    /// trying.
    static func lock(_ file: Descriptor, _ path: String) throws(LinuxError) {
        for _ in 0..<20 where flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            usleep(25_000)
        }
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw LinuxError.last("flock", path) }
    }

    /// Makes a whole ring under another name first, so that a half-made one is never taken for a ring.
    private static func makeIfAbsent(path: String, slotCount: Int) throws(LinuxError) {
        guard !OwnFile.isThere(path) else { return }
        try make(at: path, slotCount: slotCount) { ring throws(LinuxError) in
            try ring.allocate()
            try ring.writeHeaders()
        }
    }

    /// Makes a file beside a path, has it filled, and gives it that path when it is on the disk. What it returns is
    /// open.
    @discardableResult
    static func make(
        at path: String, slotCount: Int, _ fill: (Ring) throws(LinuxError) -> Void
    ) throws(LinuxError) -> Ring {
        let temporary = path + ".new"
        _ = unsafe unlink(temporary)
        let number = unsafe Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw LinuxError.last("create", temporary) }
        let ring = Ring(slotCount: slotCount, file: Descriptor(owning: number), path: temporary)
        do throws(LinuxError) {
            try fill(ring)
            try ring.synchronize()
            try AtomicFile.rename(temporary, to: path)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        return ring
    }

    /// Every block is there from the start: a full disk must not stop a record later.
    func allocate() throws(LinuxError) {
        guard clinux_allocate(file.number, Int64(RingLayout.fileSize(slotCount: slotCount))) == 0 else {
            throw LinuxError.last("fallocate", path)
        }
    }

    func writeHeaders() throws(LinuxError) {
        for offset in RingLayout.headerOffsets {
            try file.write(RingHeader.bytes(slotCount: slotCount), at: offset, subject: path)
        }
    }

    private static func read(
        _ file: Descriptor, path: String, slotCount fallback: Int
    ) throws(LinuxError) -> (ring: Ring, content: RingContent) {
        var content = RingContent(slots: [])
        var counts: [Int] = []
        var isOlder = false
        for (index, offset) in RingLayout.headerOffsets.enumerated() {
            switch RingHeader.parse(try file.read(RingHeader.size, at: offset, subject: path)) {
            case .slotCount(let count, let version):
                counts.append(count)
                if version < RingLayout.version { isOlder = true }
            case .damaged: content.repaired.append("copy \(index + 1) of the header was damaged")
            case .otherVersion(let version):
                throw LinuxError(
                    "use", "\(path), a ring of version \(version)", .notSupported,
                    remedy: "it is newer than what this doe-auditd reads: start the one that wrote it until all is"
                        + " delivered, or move the file away, which loses what waits in it")
            }
        }
        if counts.isEmpty { content.lost.append("both copies of the header") }
        let extent = RingExtent(headers: counts, size: try size(of: file, path), atLeast: fallback)
        let named = Ring(slotCount: extent.slotCount, file: file, path: path)
        for slot in 0..<named.slotCount { try named.read(slot: slot, into: &content) }
        try named.readBehind(extent, into: &content)
        let ring = Ring(slotCount: content.slots.count, file: file, path: path)
        try ring.readProgress(into: &content)
        for sentence in extent.damage {
            // Whoever changed that may have changed more.
            content.isNumberingCertain = false
            content.repaired.append(sentence)
        }
        try ring.allocate(over: extent.size)
        // All that is in an older one was read: from here on only those may write to it that know this version.
        if isOlder || counts != RingLayout.headerOffsets.map({ _ in ring.slotCount }) { try ring.writeHeaders() }
        return (ring, content)
    }

    /// Where the file goes on behind the slots that its headers name, and records stand there, these are taken up.
    private func readBehind(_ extent: RingExtent, into content: inout RingContent) throws(LinuxError) {
        var behind = RingContent(slots: [])
        for slot in extent.behind { try read(slot: slot, into: &behind) }
        guard let last = behind.slots.lastIndex(where: { $0 != .free }) else { return }
        content.slots += behind.slots[...last]
        content.lost += behind.lost
        content.repaired += behind.repaired
    }

    /// Gives the file the size that it has to have, where it had another one.
    private func allocate(over size: Int) throws(LinuxError) {
        let whole = RingLayout.fileSize(slotCount: slotCount)
        if size < whole { try allocate() }
        guard size > whole else { return }
        guard ftruncate(file.number, off_t(whole)) == 0 else { throw LinuxError.last("ftruncate", path) }
    }

    private func readProgress(into content: inout RingContent) throws(LinuxError) {
        var blank: [Int] = []
        for (index, offset) in RingLayout.progressOffsets.enumerated() {
            let bytes = try file.read(RingProgress.size, at: offset, subject: path)
            if let copy = RingProgress(bytes) {
                if content.progress?.isNewer(than: copy) != true { content.progress = copy }
            } else if bytes.count == RingProgress.size, bytes.allSatisfy({ $0 == 0 }) {
                blank.append(index)
            } else {
                content.isNumberingCertain = false
                content.repaired.append("copy \(index + 1) of the progress was damaged")
            }
        }
        // All zeros is a copy that was not written yet: both before anything is, one after the first write. Later it
        // is a block that the disk gave back empty.
        let isNew = content.progress.map { $0.generation <= 1 } ?? content.slots.allSatisfy { $0 == .free }
        guard !isNew else { return }
        for index in blank {
            content.isNumberingCertain = false
            content.repaired.append("copy \(index + 1) of the progress was empty")
        }
    }
}
