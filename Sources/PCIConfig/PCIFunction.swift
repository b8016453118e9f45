internal import DOELinux
public import DOEWords

/// One PCI function as the kernel knows it. Nothing here reads the device itself; `hold()` does.
public struct PCIFunction: Hashable, Sendable {
    /// Its address.
    public let address: FunctionAddress
    let sysfsRoot: String

    init(address: FunctionAddress, sysfsRoot: String) {
        self.address = address
        self.sysfsRoot = sysfsRoot
    }

    /// Its directory in sysfs: `/sys/bus/pci/devices/0000:0d:00.0`.
    public var directory: String { "\(sysfsRoot)/bus/pci/devices/\(address)" }

    /// Whether sysfs still lists it, or does not let this process look.
    public var isPresent: Bool { FilePresence.mayBe(at: directory) }

    /// Vendor and device id, from the kernel's memory; `unknown` where the attributes cannot be read.
    public var device: Fact<PCIDeviceID> {
        guard let vendor = number("vendor"), let device = number("device") else { return .unknown }
        return .known(
            PCIDeviceID(vendor: UInt16(truncatingIfNeeded: vendor), device: UInt16(truncatingIfNeeded: device)))
    }

    /// Class, subclass and programming interface, 24 bits, from the kernel's memory; `unknown` where the attribute
    /// cannot be read.
    public var classCode: Fact<UInt32> {
        number("class").map { .known($0 & 0xff_ffff) } ?? .unknown
    }

    /// The driver that is bound to it; `none` where none is, `unknown` where the function is no longer there.
    public var driver: Fact<String> {
        let driver = Sysfs.linkName("\(directory)/driver")
        return driver == .none && !isPresent ? .unknown : driver
    }

    /// Its power state as the kernel last knew it; `unknown` where the kernel is before 5.12.
    public var powerState: PowerState {
        Sysfs.text("\(directory)/power_state").value.flatMap { PowerState(rawValue: $0) } ?? .unknown
    }

    /// Whether a guest or another user of VFIO may own it: vfio-pci, one of its variants (`mlx5_vfio_pci`), or Xen's
    /// pciback is bound.
    public var isLentToGuest: Bool { isLent(by: driver) }

    private func isLent(by driver: Fact<String>) -> Bool {
        if let driver = driver.value, ["vfio", "pciback"].contains(where: { driver.firstPlace(of: $0) != nil }) {
            return true
        }
        return FilePresence.mayBe(at: "\(directory)/vfio-dev")
    }

    /// The platform's security manager (TSM) that is connected to the device (Linux 6.19 and later, `tsm/connect`; an
    /// empty file where none is). The kernel connects a device through its function 0, so that one is looked at too.
    public var securityManager: Fact<String> {
        let own = Self.connectedManager(in: directory)
        guard own == .none, address.function != 0,
            let first = FunctionAddress(domain: address.domain, bus: address.bus, device: address.device, function: 0)
        else { return own }
        return Self.connectedManager(in: "\(sysfsRoot)/bus/pci/devices/\(first)")
    }

    private static func connectedManager(in directory: String) -> Fact<String> {
        let name = Sysfs.text("\(directory)/tsm/connect")
        return name == .known("") ? .none : name
    }

    /// Whether it is a virtual function of another one (SR-IOV).
    package var isVirtual: Bool { Sysfs.linkName("\(directory)/physfn").value != nil }

    /// Throws `unavailable` where the kernel says that it sleeps or is lent; returns whether the kernel knew its
    /// power state.
    func checkKernelView() throws(ConfigSpaceError) -> Bool {
        let driver = driver
        guard driver != .unknown else {
            throw isPresent
                ? ConfigSpaceError(
                    .unavailable, problem: "\(address): its driver could not be learned, so it was not touched",
                    remedy: "check the permissions of \(directory)/driver")
                : ConfigSpaceError(.gone, problem: "\(address) is no longer there")
        }
        if isLent(by: driver) {
            throw ConfigSpaceError(
                .unavailable, problem: "\(address) is lent out by its driver \(driver): it was not touched",
                remedy: "ask its new owner, or unbind that driver")
        }
        let power = powerState
        guard power == .d0 || power == .unknown else { throw asleep(power) }
        return power == .d0
    }

    func asleep(_ power: PowerState) -> ConfigSpaceError {
        ConfigSpaceError(
            .unavailable, problem: "\(address) is in \(power), not in D0: it was not touched",
            remedy: "wake it first: let its driver use it, or write 'on' to \(directory)/power/control")
    }

    /// Opens it and reads who it is and which capabilities it has.
    ///
    /// A function that sleeps or is lent to a guest is not touched (`unavailable`). Without CAP_SYS_ADMIN the kernel
    /// shows only 64 bytes, and this throws `short`. With `forReadingAlone` nothing can be written through it, by
    /// whatever mistake. A witness is told of each write to it from then on. `access` says who opens what takes rights.
    package func hold(
        forReadingAlone: Bool = false, witness: (any AccessWitness)? = nil, through access: ConfigAccess = .own
    ) throws(ConfigSpaceError) -> HeldConfigSpace {
        try HeldConfigSpace(holding: self, forReadingAlone: forReadingAlone, witness: witness, through: access)
    }

    /// A hexadecimal attribute, `0x8086`.
    private func number(_ attribute: String) -> UInt32? {
        guard let text = Sysfs.text("\(directory)/\(attribute)").value, text.hasPrefix("0x") else { return nil }
        return UInt32(lowercaseHex: text.dropFirst(2), digits: 1...8)
    }
}
