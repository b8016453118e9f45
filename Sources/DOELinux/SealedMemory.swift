internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file in memory that nobody can change any more, for what is too long for a message.
public enum SealedMemory {
    /// One with these bytes.
    public static func file(_ name: String, _ bytes: [UInt8]) throws(LinuxError) -> Descriptor {
        let number = unsafe bytes.withUnsafeBytes { unsafe clinux_memfd_sealed(name, $0.baseAddress, $0.count) }
        guard number >= 0 else { throw .last("memfd_create", name) }
        return Descriptor(owning: number)
    }

    /// What is in one that somebody else has made. A file that could still change, or make its reader wait, is an error,
    /// and so is one of more than `limit` bytes.
    public static func content(of file: Descriptor, limit: Int, subject: String) throws(LinuxError) -> [UInt8] {
        guard clinux_is_sealed(file.number) == 1 else { throw LinuxError("read", subject, .invalidArgument) }
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw .last("fstat", subject) }
        guard status.st_size <= limit else { throw LinuxError("read", subject, .fileTooLarge) }
        return try file.read(Int(status.st_size), at: 0, subject: subject)
    }
}
