package import DOELinux
internal import Glibc

/// The file `config` of a function, open.
package struct OpenedConfig: Sendable {
    /// The open file.
    package let descriptor: Descriptor
    /// Why it cannot be written through; `nil` where it can.
    package let writeError: ConfigSpaceError?

    /// What another process has opened.
    package init(_ descriptor: Descriptor, writeError: ConfigSpaceError?) {
        self.descriptor = descriptor
        self.writeError = writeError
    }

    /// Opens it for reading and writing, or for reading alone where that is wanted or the caller may do no more. Neither
    /// reads nor writes the device.
    init(path: String, forReadingAlone: Bool) throws(ConfigSpaceError) {
        var number = unsafe open(path, (forReadingAlone ? O_RDONLY : O_RDWR) | O_CLOEXEC)
        var error: ConfigSpaceError?
        if number < 0, !forReadingAlone, [EACCES, EPERM, EROFS].contains(errno) {
            error = ConfigFile.failure("open", "\(path) for writing", errno)
            number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        }
        guard number >= 0 else { throw ConfigFile.failure("open", path, errno) }
        descriptor = Descriptor(owning: number)
        writeError = error
    }
}

/// How that is had for which a process needs rights: by itself, or from another process that looks and hands it over.
package struct ConfigAccess: Sendable {
    /// Opens the file `config` of a function.
    package let open: @Sendable (PCIFunction, _ forReadingAlone: Bool) throws(ConfigSpaceError) -> OpenedConfig
    /// The kernel's own list of addresses (`/proc/iomem`), whole.
    package let memoryMap: @Sendable () throws(LinuxError) -> [UInt8]
    /// The kernel's copy of a function's CDAT; `nil` where it has none.
    package let kernelCDAT: @Sendable (PCIFunction) throws(LinuxError) -> [UInt8]?

    /// From its parts.
    package init(
        open: @escaping @Sendable (PCIFunction, Bool) throws(ConfigSpaceError) -> OpenedConfig,
        memoryMap: @escaping @Sendable () throws(LinuxError) -> [UInt8],
        kernelCDAT: @escaping @Sendable (PCIFunction) throws(LinuxError) -> [UInt8]?
    ) {
        self.open = open
        self.memoryMap = memoryMap
        self.kernelCDAT = kernelCDAT
    }

    /// So many bytes of the list are taken.
    package static let memoryMapLimit = 4 << 20

    /// By this process itself.
    package static let own = ConfigAccess { function, forReadingAlone throws(ConfigSpaceError) in
        try OpenedConfig(path: function.configPath, forReadingAlone: forReadingAlone)
    } memoryMap: { () throws(LinuxError) in
        try Procfs.read("iomem", limit: memoryMapLimit)
    } kernelCDAT: { function throws(LinuxError) in
        try function.kernelCDAT()
    }
}

extension PCIFunction {
    var configPath: String { "\(directory)/config" }
}
