internal import DOELinux
package import DOEWords

/// One function held open: what was found there when it was opened, and the road to its registers.
///
/// A descriptor stays with the device it was opened on. So a device that was swapped gives an error and not an
/// answer.
package final class HeldConfigSpace: HeldFunction {
    /// The function.
    package let function: PCIFunction
    /// Vendor and device id.
    package let device: PCIDeviceID
    /// Class, subclass and programming interface, 24 bits.
    package let classCode: UInt32
    /// The device's serial number: `none` where it has no such capability, `unknown` where a broken chain hides
    /// whether it has.
    package let serialNumber: Fact<UInt64>
    /// Its extended capabilities.
    package let capabilities: ExtendedCapabilityList

    private let file: ConfigFile
    /// How what else it needs is had.
    let access: ConfigAccess
    /// Who is told of each write before it happens, and knows of others'; `nil` where nobody looks.
    private let witness: (any AccessWitness)?

    init(
        holding function: PCIFunction, forReadingAlone: Bool, witness: (any AccessWitness)?,
        through access: ConfigAccess
    ) throws(ConfigSpaceError) {
        let kernelKnowsPower = try function.checkKernelView()
        let file = try ConfigFile(
            access.open(function, forReadingAlone), path: function.configPath, forReadingAlone: forReadingAlone)
        if !kernelKnowsPower { try Self.checkPower(of: function, reading: file) }
        let ids = try Self.ids(of: function, reading: file)
        guard ids != .max else { throw Self.allOnes(function) }
        self.function = function
        self.file = file
        self.access = access
        self.witness = witness
        device = PCIDeviceID(ids: ids)
        classCode = try file.readDword(at: 0x08) >> 8
        // A function of 256 bytes is a conventional one, which has no extended capabilities.
        capabilities = file.byteCount == 256 ? ExtendedCapabilityList() : try ExtendedCapabilityList(walking: file)
        serialNumber = try Self.serialNumber(reading: file, capabilities)
    }

    /// The open file, to be handed on.
    package var opened: OpenedConfig { file.opened }

    /// The names of its mailboxes, in the order of the capability chain.
    package var mailboxes: [MailboxName] {
        capabilities.mailboxes.map { .real(function.address, offset: $0.offset) }
    }

    /// The version of the DOE capability that one of its mailboxes is; `nil` for another function's.
    package func capabilityVersion(of mailbox: MailboxName) -> UInt8? {
        guard case .real(function.address, let offset) = mailbox else { return nil }
        return capabilities.mailboxes.first { $0.offset == offset }?.version
    }

    /// Reads one dword; of a virtual function the ids are the kernel's.
    package func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        offset == 0 ? try Self.ids(of: function, reading: file) : try file.readDword(at: offset)
    }

    /// Writes one dword.
    package func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        guard let witness else { return try file.writeDword(value, at: offset) }
        witness.willWrite(value, times: 1, at: offset, of: function.address)
        do throws(ConfigSpaceError) {
            try file.writeDword(value, at: offset)
        } catch {
            witness.didNotWrite(last: 1)
            throw error
        }
    }

    /// Writes these to one register; a witness is told of all of them at once.
    package func writeDwords(_ values: [UInt32], at offset: UInt16) throws(BrokenTransfer) {
        witness?.willWrite(values, at: offset, of: function.address)
        for index in values.indices {
            do throws(ConfigSpaceError) {
                try file.writeDword(values[index], at: offset)
            } catch {
                witness?.didNotWrite(last: values.count - index)
                throw BrokenTransfer(error, after: index)
            }
        }
    }

    /// Reads one register so many times and writes 0 to it after each; a witness is told of all the writes at once.
    package func takeDwords(_ count: Int, at offset: UInt16) throws(BrokenTransfer) -> [UInt32] {
        witness?.willWrite(0, times: count, at: offset, of: function.address)
        var dwords: [UInt32] = []
        dwords.reserveCapacity(count)
        for index in 0..<count {
            do throws(ConfigSpaceError) {
                dwords.append(try readDword(at: offset))
                try file.writeDword(0, at: offset)
            } catch {
                witness?.didNotWrite(last: count - index)
                throw BrokenTransfer(error, after: index)
            }
        }
        return dwords
    }

    /// Whether MSI or MSI-X is enabled now (PCIe r6.0 7.7.1.2 and 7.7.2.2). A virtual function, as every function,
    /// has them in its own config space.
    package func raisesInterrupts() throws(ConfigSpaceError) -> Bool {
        if let offset = try conventionalCapability(0x05, in: file), try file.readDword(at: offset) & 1 << 16 != 0 {
            return true
        }
        if let offset = try conventionalCapability(0x11, in: file), try file.readDword(at: offset) & 1 << 31 != 0 {
            return true
        }
        return false
    }

    /// What the kernel said when the file was opened for writing; `nil` too where it was wanted for reading alone.
    package var obstacleToWriting: Obstacle? { file.obstacleToWriting }

    /// Whether somebody would know of others' writes.
    package var isWitnessed: Bool { witness != nil }

    /// What the witness has seen.
    package func foreignWrite(to registers: Range<UInt16>, since: UInt64) -> ForeignWrite? {
        witness?.foreignWrite(to: registers, of: function.address, since: since)
    }

    /// Throws `unavailable` while the function sleeps or is lent to a guest.
    ///
    /// Where the kernel does not know the power state (no driver is bound, or it is before 5.12) the function's own
    /// register says it: that is config space, which answers in every state but D3cold.
    package func checkAvailable() throws(ConfigSpaceError) {
        if try !function.checkKernelView() { try Self.checkPower(of: function, reading: file) }
    }

    /// Throws `gone` where the path leads to another file by now, or the function behind the descriptor has other ids
    /// or another serial number than when it was opened.
    package func checkStillSame() throws(ConfigSpaceError) {
        guard file.isStillNamed() else {
            throw ConfigSpaceError(
                .gone, problem: "\(function.address) was removed since it was opened",
                remedy: "restart doe-auditd if another device stands there now")
        }
        let ids = try Self.ids(of: function, reading: file)
        guard ids != .max else { throw Self.allOnes(function) }
        let serialNow = try Self.serialNumber(reading: file, capabilities)
        guard PCIDeviceID(ids: ids) == device, serialNow == serialNumber else {
            throw ConfigSpaceError(
                .gone,
                problem: "another device stands at \(function.address): \(PCIDeviceID(ids: ids)), not \(device), "
                    + "or one with another serial number",
                remedy: "restart doe-auditd so that it reads the new device")
        }
    }

    /// One of its mailboxes; the driver is looked up now, the rest cannot change without the function being gone.
    package func identity(of mailbox: MailboxName) -> MailboxIdentity {
        MailboxIdentity(
            name: mailbox, device: .known(device), pciClass: .known(classCode), driver: function.driver,
            serialNumber: serialNumber)
    }

    /// The kernel's copy of the CDAT. An empty one says that the kernel asked the device, and failed.
    package func kernelCDAT() throws(Obstacle) -> [UInt8]? {
        do throws(LinuxError) {
            guard let table = try access.kernelCDAT(function), !table.isEmpty else { return nil }
            return table
        } catch {
            throw Obstacle(error)
        }
    }

    /// The TSM that the kernel has connected to the device.
    package func securityManager() -> Fact<String> { function.securityManager }

    /// PCIe r6.0 7.9.3: the low dword at +4, the high one at +8.
    private static func serialNumber(
        reading file: ConfigFile, _ capabilities: ExtendedCapabilityList
    ) throws(ConfigSpaceError) -> Fact<UInt64> {
        guard let capability = capabilities.first(.deviceSerialNumber), capability.fits(byteCount: 12) else {
            return capabilities.damage == nil ? .none : .unknown
        }
        let low = try file.readDword(at: capability.offset + 4)
        let high = try file.readDword(at: capability.offset + 8)
        return .known(UInt64(high) << 32 | UInt64(low))
    }

    /// Vendor and device id as dword 0 has them. A virtual function's reads as all ones (PCIe r6.0 9.3.4.1): the
    /// kernel's memory says what it is, as long as its class shows that it is there.
    private static func ids(of function: PCIFunction, reading file: ConfigFile) throws(ConfigSpaceError) -> UInt32 {
        let ids = try file.readDword(at: 0x00)
        guard ids == .max, function.isVirtual, try file.readDword(at: 0x08) != .max,
            let device = function.device.value
        else { return ids }
        return UInt32(device.vendor) | UInt32(device.device) << 16
    }

    private static func checkPower(of function: PCIFunction, reading file: ConfigFile) throws(ConfigSpaceError) {
        guard try file.readDword(at: 0x08) != .max else { throw allOnes(function) }
        let power = try PowerState(reading: file)
        guard power == .d0 else { throw function.asleep(power) }
    }

    private static func allOnes(_ function: PCIFunction) -> ConfigSpaceError {
        ConfigSpaceError(
            .gone, problem: "\(function.address) reads as all ones: it has no power or is no longer there",
            remedy: "see whether lspci still shows it")
    }
}

extension PCIDeviceID {
    /// From dword 0 of config space.
    init(ids: UInt32) {
        self.init(vendor: UInt16(truncatingIfNeeded: ids), device: UInt16(truncatingIfNeeded: ids >> 16))
    }
}
