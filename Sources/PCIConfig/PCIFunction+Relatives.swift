package import DOELinux
internal import DOEWords

/// Which functions are one device, or hang on it.
extension PCIFunction {
    /// Function 0 of its device; `nil` where this is it. With ARI (PCIe r6.0 6.13) all functions of a bus are one device,
    /// and what stands in place of the device number counts on.
    var firstOfDevice: PCIFunction? {
        let device = usesARI ? 0 : address.device
        guard address.function != 0 || address.device != device else { return nil }
        return FunctionAddress(domain: address.domain, bus: address.bus, device: device, function: 0)
            .map { PCIFunction(address: $0, sysfsRoot: sysfsRoot) }
    }

    /// The other functions of the device of which this is the first; none where it is not.
    package func othersOfDevice() throws(LinuxError) -> [PCIFunction] {
        guard firstOfDevice == nil else { return [] }
        let usesARI = usesARI
        return try PCIHost(sysfsRoot: sysfsRoot).functions().filter {
            $0 != self && isSameDevice($0.address, usesARI)
        }
    }

    /// What whoever has this function to himself must have too: the other functions of its device, virtual ones on
    /// whatever bus, and where it is a bridge all that lies below it.
    func relatives() throws(LinuxError) -> [PCIFunction] {
        let usesARI = usesARI
        let path = RealPath.of(directory).map { "\($0)/" }
        return try PCIHost(sysfsRoot: sysfsRoot).functions().filter { other in
            guard other != self else { return false }
            if isSameDevice(other.address, usesARI) { return true }
            if let physical = other.physicalFunction { return physical == address || isSameDevice(physical, usesARI) }
            guard let path, let place = RealPath.of(other.directory) else { return false }
            return place.hasPrefix(path)
        }
    }

    private var usesARI: Bool { Sysfs.text("\(directory)/ari_enabled") == .known("1") }

    private var physicalFunction: FunctionAddress? {
        Sysfs.linkName("\(directory)/physfn").value.flatMap { FunctionAddress($0) }
    }

    private func isSameDevice(_ other: FunctionAddress, _ usesARI: Bool) -> Bool {
        other.domain == address.domain && other.bus == address.bus && (usesARI || other.device == address.device)
    }
}
