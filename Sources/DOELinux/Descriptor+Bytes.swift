internal import Glibc
internal import SystemPackage

/// Reading and writing bytes; each call goes on after EINTR.
extension Descriptor {
    /// Reads what is there, at most `count` bytes; empty at the end. `subject` names the file in an error.
    public func read(upTo count: Int, subject: String) throws(LinuxError) -> [UInt8] {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat { result = unsafe Glibc.read(number, buffer.baseAddress, count) } while result < 0 && errno == EINTR
            filled = max(0, result)
        }
        guard result >= 0 else { throw LinuxError.last("read", subject) }
        return bytes
    }

    /// Reads to the end; more than `limit` bytes are an error (EFBIG), not a part of them.
    public func readWhole(limit: Int, subject: String) throws(LinuxError) -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let piece = try read(upTo: 65_536, subject: subject)
            if piece.isEmpty { return content }
            content += piece
            guard content.count <= limit else { throw LinuxError("read", subject, .fileTooLarge) }
        }
    }

    /// Reads `count` bytes from a place in the file; fewer only where the file ends.
    public func read(_ count: Int, at offset: Int, subject: String) throws(LinuxError) -> [UInt8] {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                result = unsafe pread(
                    number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled, off_t(offset + filled))
                if result < 0 && errno == EINTR { continue }
                if result <= 0 { break }
                filled += result
            }
        }
        guard result >= 0 else { throw LinuxError.last("pread", subject) }
        return bytes
    }

    /// Writes all bytes at the file's position.
    public func write(_ bytes: [UInt8], subject: String) throws(LinuxError) {
        try unsafe writeAll(bytes, call: "write", subject: subject) { start, count, _ in
            unsafe Glibc.write(number, start, count)
        }
    }

    /// Writes all bytes at a place in the file.
    public func write(_ bytes: [UInt8], at offset: Int, subject: String) throws(LinuxError) {
        try unsafe writeAll(bytes, call: "pwrite", subject: subject) { start, count, done in
            unsafe pwrite(number, start, count, off_t(offset + done))
        }
    }

    /// Waits until the file's content is on the disk (fdatasync).
    public func synchronize(subject: String) throws(LinuxError) {
        while fdatasync(number) != 0 {
            guard errno == EINTR else { throw LinuxError.last("fdatasync", subject) }
        }
    }

    /// The same file opened once more, for a sync of one's own.
    ///
    /// What the kernel could not write it tells once to each opened file that was there by then. So who shares one
    /// with others may hear that all went well, because somebody else has heard the error.
    public func reopened(subject: String) throws(LinuxError) -> Descriptor {
        let number = unsafe open("/proc/self/fd/\(number)", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", subject) }
        return Descriptor(owning: number)
    }

    private func writeAll(
        _ bytes: [UInt8], call: String, subject: String, _ write: (UnsafeRawPointer, Int, _ done: Int) -> Int
    ) throws(LinuxError) {
        var failure: LinuxError?
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var done = 0
            while done < buffer.count {
                let count = unsafe write(start + done, buffer.count - done, done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? LinuxError.last(call, subject) : LinuxError(call, subject, .ioError)
                    return
                }
                done += count
            }
        }
        if let failure { throw failure }
    }
}
