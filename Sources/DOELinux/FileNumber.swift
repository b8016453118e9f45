internal import CLinux

/// Which file something is, as the kernel has it in memory: its file system is not asked, since a client can have one
/// that never answers.
struct FileNumber: Hashable {
    private let device: UInt64
    private let number: UInt64

    /// That of what an absolute path leads to; `nil` where it cannot be told.
    init?(at path: String) { self.init(-1, path) }

    /// That of what is open; `nil` where it cannot be told.
    init?(of place: Descriptor) { self.init(place.number, "") }

    private init?(_ place: Int32, _ path: String) {
        var (device, number) = (UInt64(0), UInt64(0))
        guard unsafe clinux_file_number(place, path, &device, &number) == 0 else { return nil }
        self.device = device
        self.number = number
    }
}
