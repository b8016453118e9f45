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
            try makeIfAbsent(path: path, slotCount: slotCount)
            let file = try openFile(path)
            try lock(file, path)
            return try read(file, path: path, slotCount: slotCount)
        } catch {
            throw TrailError(opening: error, path: path)
        }
    }

    private static func openFile(_ path: String, _ flags: Int32 = O_RDWR | O_NOFOLLOW) throws(LinuxError) -> Descriptor
    {
        let number = unsafe Glibc.open(path, flags | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", path) }
        return Descriptor(owning: number)
    }

    /// One daemon a ring; the lock goes with the descriptor. The daemon before may be on its way out, so half a
    /// second is spent on trying.
    private static func lock(_ file: Descriptor, _ path: String) throws(LinuxError) {
        for _ in 0..<20 where flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            usleep(25_000)
        }
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw LinuxError.last("flock", path) }
    }

    /// Makes a whole ring under another name first, so that a half-made one is never taken for a ring.
    /// The directory is locked meanwhile: of two daemons that start together, one must not replace the other's ring.
    private static func makeIfAbsent(path: String, slotCount: Int) throws(LinuxError) {
        guard unsafe access(path, F_OK) != 0 else { return }
        let folder = FilePath(path).removingLastComponent().string
        let directory = try openFile(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY)
        try lock(directory, path)
        guard unsafe access(path, F_OK) != 0 else { return }
        let temporary = path + ".new"
        _ = unsafe unlink(temporary)
        let number = unsafe Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw LinuxError.last("create", temporary) }
        let ring = Ring(slotCount: slotCount, file: Descriptor(owning: number), path: temporary)
        do throws(LinuxError) {
            try ring.allocate()
            try ring.writeHeaders()
            try ring.synchronize()
            try AtomicFile.rename(temporary, to: path)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// Every block is there from the start: a full disk must not stop a record later.
    private func allocate() throws(LinuxError) {
        guard clinux_allocate(file.number, Int64(RingLayout.fileSize(slotCount: slotCount))) == 0 else {
            throw LinuxError.last("fallocate", path)
        }
    }

    private func writeHeaders() throws(LinuxError) {
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
        let slotCount = counts.first ?? sizeInSlots(file, fallback)
        let ring = Ring(slotCount: slotCount, file: file, path: path)
        for slot in 0..<ring.slotCount { try ring.read(slot: slot, into: &content) }
        try ring.readProgress(into: &content)
        let size = lseek(file.number, 0, SEEK_END)
        if size < RingLayout.fileSize(slotCount: slotCount) {
            content.repaired.append("the file was cut to \(size) bytes")
            try ring.allocate()
        }
        // All that is in an older one was read: from here on only those may write to it that know this version.
        if isOlder || counts.count < RingLayout.headerOffsets.count { try ring.writeHeaders() }
        return (ring, content)
    }

    /// Without a header the file's size tells how many slots there may be.
    private static func sizeInSlots(_ file: Descriptor, _ fallback: Int) -> Int {
        let size = Int(lseek(file.number, 0, SEEK_END))
        let count = (size - RingLayout.firstSlot) / RingLayout.slotSize
        return min(max(count, fallback), RingLayout.slotCounts.upperBound)
    }

    private func readProgress(into content: inout RingContent) throws(LinuxError) {
        var blank: [Int] = []
        for (index, offset) in RingLayout.progressOffsets.enumerated() {
            let bytes = try file.read(RingProgress.size, at: offset, subject: path)
            if let copy = RingProgress(bytes) {
                if copy.generation >= content.progress?.generation ?? 0 { content.progress = copy }
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
