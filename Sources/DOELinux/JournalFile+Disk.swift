internal import CLinux
internal import Glibc
internal import SystemPackage

/// Reading a journal's file past the kernel's cache.
extension JournalFile {
    /// What is compared at a time; and, where that differs, the pages in it one by one.
    private static let stretch = 1 << 20
    private static let page = 4096
    /// How often a page that differs is read again: journald may be writing it.
    private static let attempts = 50
    private static let pauseMicroseconds: UInt32 = 1_000

    /// Whether the disk has what a reader of this file is shown; `nil` where its file system cannot be read past the
    /// cache (O_DIRECT).
    ///
    /// After an error the kernel goes on showing what it could not write. Each page is compared at a moment of its
    /// own, while others may write to it: of a file that is only added to, what stood in it at the call is then on
    /// the disk.
    public func isAsOnDisk() throws(LinuxError) -> Bool? {
        let opened = clinux_open_past_cache(descriptor.number)
        guard opened >= 0 else {
            if errno == EINVAL { return nil }
            throw LinuxError.last("open", path)
        }
        let disk = Descriptor(owning: opened)
        let buffers = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * Self.stretch, alignment: Self.page)
        defer { unsafe buffers.deallocate() }
        var offset = 0
        while true {
            let length = try unsafe compare(disk, Self.stretch, at: offset, buffers)
            if let length {
                if length == 0 { return true }
                offset += length
            } else {
                for page in stride(from: offset, to: offset + Self.stretch, by: Self.page) {
                    guard try unsafe isSame(disk, page, buffers) else { return false }
                }
                offset += Self.stretch
            }
        }
    }

    private func isSame(
        _ disk: Descriptor, _ page: Int, _ buffers: UnsafeMutableRawBufferPointer
    ) throws(LinuxError) -> Bool {
        for _ in 0..<Self.attempts {
            if try unsafe compare(disk, Self.page, at: page, buffers) != nil { return true }
            usleep(Self.pauseMicroseconds)
        }
        return false
    }

    /// How many bytes were compared and are the same, 0 at the end of the file; `nil` where they differ.
    private func compare(
        _ disk: Descriptor, _ count: Int, at offset: Int, _ buffers: UnsafeMutableRawBufferPointer
    ) throws(LinuxError) -> Int? {
        guard let shown = buffers.baseAddress else { return nil }
        let stored = unsafe shown + Self.stretch
        // The cache first: what is in it by then, the read of the disk waits for.
        let shownCount = unsafe pread(descriptor.number, shown, count, off_t(offset))
        guard shownCount >= 0 else { throw LinuxError.last("pread", path) }
        let storedCount = unsafe pread(disk.number, stored, count, off_t(offset))
        guard storedCount >= 0 else { throw LinuxError.last("pread", path) }
        // It may have grown in between.
        let isSame = unsafe storedCount >= shownCount && memcmp(shown, stored, shownCount) == 0
        return isSame ? shownCount : nil
    }
}
