internal import DOELinux
package import DOEWords

/// What stands in the way of a lease: whoever injects errors into a device must have it to himself. What cannot be
/// found out stands in the way too.
extension HeldConfigSpace {
    /// The kernel's own list of addresses, whole.
    typealias MemoryMapReader = () throws(LinuxError) -> [UInt8]

    /// What stands in the way of leasing one of its mailboxes.
    package func obstacleToLease(looksAtDevice: Bool) -> Obstacle? {
        obstacleToLease(looksAtDevice: looksAtDevice, reading: access.memoryMap)
    }

    func obstacleToLease(looksAtDevice: Bool, reading memoryMap: MemoryMapReader) -> Obstacle? {
        do throws(Obstacle) {
            try function.checkUnbound()
            try function.checkFirstIsThere()
            try function.checkRelativesUnbound()
            guard looksAtDevice else { return nil }
            try explaining { () throws(ConfigSpaceError) in
                try checkAvailable()
                try checkStillSame()
            }
            try checkMemory(of: self, memoryMap)
            try checkFirstFunction(memoryMap)
            return nil
        } catch {
            return error
        }
    }

    /// Of a device with several functions the first has the registers that tell of its memory.
    private func checkFirstFunction(_ memoryMap: MemoryMapReader) throws(Obstacle) {
        guard let first = function.firstOfDevice else { return }
        let held = try explaining { () throws(ConfigSpaceError) in
            try first.hold(forReadingAlone: true, through: access)
        }
        try checkMemory(of: held, memoryMap)
    }

    private func checkMemory(of device: HeldConfigSpace, _ memoryMap: MemoryMapReader) throws(Obstacle) {
        let memory = try explaining { () throws(ConfigSpaceError) in try CXLMemory(of: device) }
        guard case .decoded(let ranges) = memory else { return }
        let address = device.function.address
        let map = try Self.read(memoryMap)
        // The ranges are not all where HDM decoders are in use: only the windows are.
        let places = ranges + map.windows.map(\.range)
        guard !map.windows.isEmpty else {
            throw Obstacle(
                "\(address) has memory in use (Mem_Enable is set), and the kernel does not say at which addresses",
                remedy: "load the module cxl_acpi, which finds the CXL windows")
        }
        for used in map.systemMemory {
            for place in places where place.overlaps(used.range) {
                try checkOffline(.init(range: used.range.clamped(to: place), name: used.name), mayBeBehind: address)
            }
        }
    }

    private func checkOffline(
        _ used: MemoryMap.Entry, mayBeBehind address: FunctionAddress
    ) throws(Obstacle) {
        let state: String
        switch MemoryBlocks(sysfsRoot: function.sysfsRoot).areOffline(used.range) {
        case .known(true): return
        case .known(false): state = "is online"
        case .none, .unknown: state = "may be online"
        }
        throw Obstacle(
            "\(used.name) at 0x\(used.range.lowerBound.hex(digits: 1))-0x\(used.range.upperBound.hex(digits: 1)) \(state) "
                + "where the memory of \(address) may be",
            remedy: "take it offline first: daxctl offline-memory, or 'offline' into its blocks' state in "
                + "/sys/devices/system/memory")
    }

    private static func read(_ memoryMap: MemoryMapReader) throws(Obstacle) -> MemoryMap {
        do throws(LinuxError) {
            if let map = MemoryMap(String(decoding: try memoryMap(), as: UTF8.self)) { return map }
        } catch {
            throw Obstacle(error.problem, remedy: error.remedy ?? rights)
        }
        throw Obstacle(
            "/proc/iomem does not tell which memory is in use",
            remedy: rights)
    }

    /// Who opens the file has to have them.
    private static let rights =
        "give doe-audit-broker CAP_SYS_ADMIN, as its unit does, or start the daemon as root, with a broker of its own"

    private func explaining<Value>(_ body: () throws(ConfigSpaceError) -> Value) throws(Obstacle) -> Value {
        do throws(ConfigSpaceError) {
            return try body()
        } catch {
            throw Obstacle(error)
        }
    }
}

extension PCIFunction {
    fileprivate func checkFirstIsThere() throws(Obstacle) {
        guard let first = firstOfDevice else { return }
        guard first.isPresent else {
            throw Obstacle(
                "\(first.address), which would tell whether the device has memory, is not there",
                remedy: "bring it back: echo 1 > /sys/bus/pci/rescan")
        }
    }

    /// As `checkUnbound`, of every function that is used with this one.
    fileprivate func checkRelativesUnbound() throws(Obstacle) {
        let relatives: [PCIFunction]
        do throws(LinuxError) {
            relatives = try self.relatives()
        } catch {
            throw Obstacle(error)
        }
        for relative in relatives { try relative.checkNoDriver() }
    }

    /// Throws where a driver is bound, or that cannot be told. The driver model decides who has a device: whoever
    /// unbinds the driver takes it out of use.
    fileprivate func checkUnbound() throws(Obstacle) {
        guard sysfsRoot != "/sys" || KernelFiles.areSysfs(directory) else {
            throw Obstacle(
                "\(directory) is not the kernel's own", remedy: "look for what is mounted there, with findmnt")
        }
        if isVirtual {
            throw Obstacle(
                "\(address) is a virtual function: a lease would be one of the whole device",
                remedy: "lease a mailbox of its physical function")
        }
        try checkNoDriver()
    }

    private func checkNoDriver() throws(Obstacle) {
        switch driver {
        case .none: return
        case .known(let name):
            throw Obstacle(
                "the driver \(name.asName) is bound to \(address)",
                remedy: "unbind it: echo \(address) > \(directory)/driver/unbind")
        case .unknown: throw Obstacle("it could not be learned which driver is bound to \(address)")
        }
    }
}
