internal import CLinux
internal import Glibc

/// Which file something is, as the kernel has it in memory: its file system is not asked, since a client can have one
/// that never answers.
struct FileNumber: Hashable {
    private let device: UInt64
    private let number: UInt64

    /// That of what an absolute path leads to; `nil` where it cannot be told.
    init?(at path: String) { self.init(-1, path) }

    /// The same, of a path from a directory that is open.
    init?(at path: String, in directory: Descriptor) { self.init(directory.number, path) }

    /// That of what is open; `nil` where it cannot be told.
    init?(of place: Descriptor) { self.init(place.number, "") }

    private init?(_ place: Int32, _ path: String) {
        var (device, number) = (UInt64(0), UInt64(0))
        guard unsafe clinux_file_number(place, path, &device, &number) == 0 else { return nil }
        self.init(device: device, number: number)
    }

    /// Whether its file system calls it by this inode.
    func hasInode(_ inode: UInt64) -> Bool { number == inode }

    /// Whether a name is left of what is open; `false` too where that cannot be told. No other file has its number while
    /// it is open.
    static func hasName(_ place: Descriptor) -> Bool {
        var (device, number, made) = (UInt64(0), UInt64(0), Int64(0))
        let result = unsafe clinux_named_file(place.number, "", &device, &number, &made)
        return result == 0 || errno == ENODATA
    }

    fileprivate init(device: UInt64, number: UInt64) {
        self.device = device
        self.number = number
    }
}

/// A file that still has a name, told by when it was made from any that gets its number later. Asks no file system
/// either.
struct NamedFile: Hashable {
    let file: FileNumber
    /// Nanoseconds since 1970.
    private let made: Int64

    /// That of what an absolute path leads to; `nil` where no name is left of it (ENOENT), or its file system does
    /// not know when it was made (ENODATA).
    init?(at path: String) { self.init(-1, path) }

    /// The same, of a path from a directory that is open.
    init?(at path: String, in directory: Descriptor) { self.init(directory.number, path) }

    private init?(_ place: Int32, _ path: String) {
        var (device, number, made) = (UInt64(0), UInt64(0), Int64(0))
        guard unsafe clinux_named_file(place, path, &device, &number, &made) == 0 else { return nil }
        file = FileNumber(device: device, number: number)
        self.made = made
    }
}
