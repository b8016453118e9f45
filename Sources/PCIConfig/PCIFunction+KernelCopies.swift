public import DOELinux
public import DOEWords

/// What the kernel has already asked the device, and keeps: read there, nobody need ask the device again.
extension PCIFunction {
    /// The objects that all mailboxes of the function take together (`doe_features`, Linux 6.15 and later), sorted;
    /// `nil` where the kernel lists none. Which mailbox takes which does not show here.
    public func kernelDOEFeatures() throws(LinuxError) -> [ObjectID]? {
        guard let names = try Sysfs.names(in: "\(directory)/doe_features") else { return nil }
        // Discovery has a name in words; the others are in upper-case hexadecimal.
        return names.compactMap { $0 == "doe_discovery" ? .discovery : ObjectID($0.lowercased()) }.sorted()
    }

    /// The kernel's copy of the function's CDAT: of a memory device the one of its CXL endpoint, of a switch the one of
    /// its CXL port.
    ///
    /// `nil` where the kernel has no such file for this function. An empty array says that the kernel asked and could
    /// not read the table. Needs root.
    public func kernelCDAT() throws(LinuxError) -> [UInt8]? {
        guard let file = try openKernelCDAT() else { return nil }
        return try Self.kernelCDAT(in: file)
    }

    /// The same from the file that another process has opened (``openKernelCDAT()``).
    package static func kernelCDAT(in file: Descriptor) throws(LinuxError) -> [UInt8] {
        try file.readWhole(limit: 16 << 20, subject: "the kernel's copy of a CDAT")
    }

    /// The file of that copy, open for reading; `nil` where the kernel has none.
    package func openKernelCDAT() throws(LinuxError) -> Descriptor? {
        let bus = "\(sysfsRoot)/bus/cxl/devices"
        // "endpoint" before "port": only the endpoint's own table describes a memory device.
        let names = (try Sysfs.names(in: bus) ?? []).sorted()
        for name in names where name.hasPrefix("endpoint") || name.hasPrefix("port") {
            guard belongs(portAt: "\(bus)/\(name)") else { continue }
            if let file = try Sysfs.file("\(bus)/\(name)/CDAT") { return file }
        }
        return nil
    }

    /// Whether a CXL port's upstream side is this function, or a memory device on it: the path behind `uport` goes
    /// through every bridge above, so the last function in it counts.
    private func belongs(portAt path: String) -> Bool {
        guard let upstream = RealPath.of("\(path)/uport") else { return false }
        return upstream.split(separator: "/").last { FunctionAddress($0) != nil } == "\(address)"
    }
}
