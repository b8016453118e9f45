public import DOELinux
public import DOEWords

/// The PCI functions of this host, as sysfs lists them.
public struct PCIHost: Sendable {
    /// Where sysfs is mounted: `/sys`.
    public let sysfsRoot: String

    /// A host below a sysfs root. A made-up tree works too: directories `bus/pci/devices/ADDRESS` with a file `config`
    /// and whatever attribute files are wanted.
    public init(sysfsRoot: String = "/sys") {
        self.sysfsRoot = sysfsRoot
    }

    /// All functions, sorted by address; touches none. Entries whose names are no address are passed over.
    public func functions() throws(LinuxError) -> [PCIFunction] {
        guard let names = try Sysfs.names(in: devicesDirectory) else {
            throw LinuxError.last(
                "read directory", devicesDirectory, remedy: "this host has no PCI bus, or sysfs is not mounted there")
        }
        return names.compactMap { FunctionAddress($0) }.sorted().map { function($0) }
    }

    /// One function, whether it is there or not: `hold()` finds out.
    public func function(_ address: FunctionAddress) -> PCIFunction {
        PCIFunction(address: address, sysfsRoot: sysfsRoot)
    }

    private var devicesDirectory: String { "\(sysfsRoot)/bus/pci/devices" }
}
