/// The registers that announce how a CXL device is tested (CXL 4.0 14.16.1, "PCIe DVSEC for Test Capability"): they
/// place test registers in memory, which inject errors. A device without Compliance Mode in a mailbox has them in its
/// place (Table 8-3).
public struct TestCapability: Hashable, Sendable {
    /// Where the capability starts in config space, in bytes.
    public let offset: UInt16
    /// TestLock: the registers cannot be changed any more, until the next reset.
    public let isLocked: Bool

    /// Where TestLock stands: bit 0 of 16 bits. Writing 1 sets it, and nothing clears it but a reset.
    public var lockOffset: UInt16 { offset + Self.lock }

    static let id: UInt16 = 0x000a
    /// Behind the DVSEC's headers.
    private static let lock: UInt16 = 0x0a

    /// A capability from its parts.
    public init(offset: UInt16, isLocked: Bool) {
        self.offset = offset
        self.isLocked = isLocked
    }

    init(reading space: HeldConfigSpace, at capability: ExtendedCapability) throws(ConfigSpaceError) {
        offset = capability.offset
        isLocked = try space.readDword(at: capability.offset + 0x08) >> 16 & 1 != 0
    }
}

extension HeldConfigSpace {
    /// What its config space has of the CXL Consortium's.
    package struct ConsortiumRegisters: Hashable, Sendable {
        /// Whether it has any such capability: it is a CXL device, or a port that is one's.
        package let isThere: Bool
        /// Its test capabilities in the order of the chain; a well-made function has one at most.
        package let tests: [TestCapability]
    }

    /// Throws where the function sleeps or is lent to a guest by now, and where its chain of capabilities is broken:
    /// what is asked for may lie behind the break.
    package func consortiumRegisters() throws(ConfigSpaceError) -> ConsortiumRegisters {
        if let damage = capabilities.damage {
            throw ConfigSpaceError(
                .failed, problem: "\(function.address) has a broken chain of capabilities: \(damage)",
                remedy: "a reset of the device or new firmware may mend it; compare lspci -vvs \(function.address)")
        }
        try checkAvailable()
        let found = try consortiumCapabilities()
        var tests: [TestCapability] = []
        for one in found where one.id == TestCapability.id {
            tests.append(try TestCapability(reading: self, at: one.capability))
        }
        return ConsortiumRegisters(isThere: !found.isEmpty, tests: tests)
    }

    /// Its Designated Vendor-Specific Extended Capabilities of vendor 1e98, each with its DVSEC id, in the order of
    /// the chain.
    func consortiumCapabilities() throws(ConfigSpaceError) -> [(capability: ExtendedCapability, id: UInt16)] {
        var found: [(capability: ExtendedCapability, id: UInt16)] = []
        for capability in capabilities.capabilities where capability.id == .designatedVendorSpecific {
            // Both headers, which end with the id and 16 bits of the first register.
            guard capability.fits(byteCount: 0x0c), try readDword(at: capability.offset + 4) & 0xffff == 0x1e98 else {
                continue
            }
            let id = UInt16(truncatingIfNeeded: try readDword(at: capability.offset + 8))
            found.append((capability, id))
        }
        return found
    }
}
