/// What can be done with a file or in a directory, as Landlock tells it apart (linux/landlock.h), and since which
/// version of its interface.
struct FileRights: OptionSet, Hashable, Sendable {
    let rawValue: UInt64

    static let execute = Self(rawValue: 1 << 0)
    static let writeFile = Self(rawValue: 1 << 1)
    static let readFile = Self(rawValue: 1 << 2)
    static let readDirectory = Self(rawValue: 1 << 3)
    static let removeDirectory = Self(rawValue: 1 << 4)
    static let removeFile = Self(rawValue: 1 << 5)
    static let makeCharacterDevice = Self(rawValue: 1 << 6)
    static let makeDirectory = Self(rawValue: 1 << 7)
    static let makeFile = Self(rawValue: 1 << 8)
    static let makeSocket = Self(rawValue: 1 << 9)
    static let makePipe = Self(rawValue: 1 << 10)
    static let makeBlockDevice = Self(rawValue: 1 << 11)
    static let makeSymbolicLink = Self(rawValue: 1 << 12)
    /// Links and moves between directories.
    static let refer = Self(rawValue: 1 << 13)
    static let truncate = Self(rawValue: 1 << 14)
    /// ioctl(2) on devices that are opened from then on.
    static let controlDevice = Self(rawValue: 1 << 15)

    /// All that versions up to this one know.
    static func known(toVersion version: Int32) -> Self {
        var rights = Self(rawValue: (1 << 13) - 1)
        if version >= 2 { rights.insert(.refer) }
        if version >= 3 { rights.insert(.truncate) }
        if version >= 5 { rights.insert(.controlDevice) }
        return rights
    }

    /// Of a rule on a file the kernel takes these alone.
    static let ofFiles: Self = [.execute, .writeFile, .readFile, .truncate, .controlDevice]

    static let reading: Self = [.readFile, .readDirectory]
    /// No devices, and nothing that could be run.
    static let keeping: Self = [
        .readFile, .readDirectory, .writeFile, .truncate, .makeFile, .makeDirectory, .makeSocket, .makeSymbolicLink,
        .removeFile, .removeDirectory, .refer,
    ]
    static let writing: Self = [.readFile, .writeFile, .truncate]
}
