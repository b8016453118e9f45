internal import DOELinux
internal import DOETrace
internal import DOEWords

/// Every way on which something can reach a mailbox, and how much of it is seen.
extension RoadFacts {
    /// In the order in which they matter.
    var roads: [RoadSight] {
        [
            sysfs, procfs, vfio, kernelExchanges, kernelModule, physicalMemory, ports, mirror, memoryMailboxes,
            operations, storage, transport, firmware, earlyFirmware, remote,
        ]
    }

    private var sysfs: RoadSight { userspace(way: "sysfs config", needs: .write32, also: .fileWrite) }

    private var procfs: RoadSight { userspace(way: "/proc/bus/pci", needs: .write32, also: .procWrite) }

    /// What a guest does to a function that it was given goes the same way as what a process does to it.
    private var vfio: RoadSight { userspace(way: "vfio-pci (a guest's config space)", needs: .write32, also: nil) }

    private func userspace(way: String, needs role: ProbeRole, also other: ProbeRole?) -> RoadSight {
        if let closed = closedByLockdown(way, unless: other == nil) { return closed }
        if let blind = blind(way) { return blind }
        guard roles.contains(role) else { return noProbe(way) }
        if !roles.isSuperset(of: [.write8, .write16]) {
            return RoadSight(way: way, .partly, reason: "this kernel takes no probe on writes of a byte or a word")
        }
        if let other, !roles.contains(other) {
            return RoadSight(
                way: way, .partly,
                reason: "each write is seen, and not by which of the ways it came, since this kernel "
                    + "takes no probe there")
        }
        if seesRegistersOnly {
            return RoadSight(
                way: way, .partly,
                reason: "there are too many functions for one filter: writes to the mailboxes' "
                    + "registers are seen, and those beside them are not",
                remedy: "tell the authors how many functions with mailboxes this host has")
        }
        let reads = roles.contains(.readEnded) ? "what is read too" : "what is read is not shown by this kernel"
        return RoadSight(
            way: way, .seen, reason: "every write is traced as the kernel carries it out, \(reads)",
            remedy: roles.contains(.readEnded)
                ? nil
                : "let doe-auditd call bpf, or run Linux 6.12 or later: then responses are seen as well as requests")
    }

    private var kernelExchanges: RoadSight {
        let way = "the kernel's own exchanges"
        if let blind = blind(way) { return blind }
        if roles.contains(.kernelRequest) {
            return roles.contains(.kernelResponse)
                ? RoadSight(way: way, .seen, reason: "each is traced when it begins and when it ends")
                : RoadSight(way: way, .partly, reason: "each is traced when it begins, and its end is not")
        }
        if roles.contains(.kernelRequestBefore64) {
            return RoadSight(
                way: way, .partly,
                reason: "each is traced when it is handed over; its end is traced where this kernel shows it, without "
                    + "the mailbox",
                remedy: "run Linux 6.4 or later")
        }
        if !kernelUsesMailboxes {
            return RoadSight(way: way, .closed, reason: "this kernel uses no mailbox: it was built without PCI_DOE")
        }
        return noProbe(way)
    }

    private var kernelModule: RoadSight {
        let way = "a kernel module with pci_write_config_dword"
        if let blind = blind(way) { return blind }
        return roles.contains(.kernelWrite)
            ? RoadSight(
                way: way, .partly, reason: "its writes of dwords are traced; not which module it is, nor what it reads")
            : noProbe(way)
    }

    private var physicalMemory: RoadSight {
        let way = "/dev/mem on config space's own addresses (ECAM)"
        if isLockedDown {
            return RoadSight(way: way, .closed, reason: "a kernel that is locked down has no such access")
        }
        let remedy = "boot with lockdown=integrity, or a kernel with CONFIG_IO_STRICT_DEVMEM and without iomem=relaxed"
        guard let configuration else {
            return RoadSight(
                way: way, .notVisible,
                reason: "it is not known whether this kernel keeps root from it: no configuration "
                    + "of it in /boot", remedy: remedy)
        }
        if !configuration.has("CONFIG_DEVMEM") {
            return RoadSight(way: way, .closed, reason: "this kernel has no /dev/mem")
        }
        let isStrict = configuration.has("CONFIG_STRICT_DEVMEM") && configuration.has("CONFIG_IO_STRICT_DEVMEM")
        if isStrict, !isMemoryAccessRelaxed {
            return RoadSight(
                way: way, .closed, reason: "CONFIG_IO_STRICT_DEVMEM: the kernel holds these addresses itself")
        }
        let why = isStrict ? "iomem=relaxed opens it" : "this kernel was built without CONFIG_IO_STRICT_DEVMEM"
        return RoadSight(way: way, .notVisible, reason: "no probe can see it, and \(why)", remedy: remedy)
    }

    private var ports: RoadSight {
        let way = "I/O ports 0xcf8 and 0xcfc (iopl, /dev/port)"
        if architecture != .x8664 { return RoadSight(way: way, .closed, reason: "this architecture has no such ports") }
        if isLockedDown {
            return RoadSight(way: way, .closed, reason: "a kernel that is locked down has no such access")
        }
        if isAMD == false {
            return RoadSight(
                way: way, .closed,
                reason: "these ports reach the first 256 bytes of config space, and mailboxes are "
                    + "beyond")
        }
        return RoadSight(
            way: way, .notVisible,
            reason: "they reach the first 256 bytes of config space, where no mailbox is, but on AMD all of it where "
                + "EnableCf8ExtCfg is set, and no probe can see that",
            remedy: "boot with lockdown=integrity")
    }

    private var mirror: RoadSight {
        RoadSight(
            way: "a mirror of config space in a device's own memory (BAR)", .notVisible,
            reason:
                "some devices have one, and whoever has their memory mapped, a driver or a guest, needs no kernel to "
                + "use it")
    }

    private var memoryMailboxes: RoadSight {
        RoadSight(
            way: "a mailbox in a device's own memory (MMIO, located by MRBL, capability 0x36)", .notVisible,
            reason:
                "its registers are not in config space: whoever has the device's memory mapped, a driver or a guest, "
                + "uses it, and it is no mailbox of those that are served or watched here",
            remedy: "see which functions have one: lspci -vv | grep 'MMIO Register Block Locator'")
    }

    private var operations: RoadSight {
        RoadSight(
            way: "a kernel module that calls the bus' own operations", .notVisible,
            reason: "it need not go through any function that is probed",
            remedy: "load signed modules only (module.sig_enforce=1, or lockdown=integrity)")
    }

    /// The same responder in the device, by another way (DMTF's DSP0286).
    private var storage: RoadSight {
        RoadSight(
            way: "SPDM in storage commands (NVMe, SCSI and ATA security protocol E8h)", .notVisible,
            reason: "they reach the same SPDM responder as a mailbox does, and no probe of ours is there",
            remedy: "let nobody but root open the devices' files (/dev/nvme*, /dev/sg*)")
    }

    /// The same by the management network, where this host speaks on it (DSP0275).
    private var transport: RoadSight {
        let way = "SPDM over MCTP from this host (AF_MCTP sockets)"
        if configuration?.has("CONFIG_MCTP") == false {
            return RoadSight(way: way, .closed, reason: "this kernel was built without CONFIG_MCTP")
        }
        return RoadSight(
            way: way, .notVisible, reason: "it reaches the same SPDM responder, and no probe of ours is there",
            remedy: "let no program but the management's have such sockets (RestrictAddressFamilies= in units)")
    }

    private var firmware: RoadSight {
        RoadSight(
            way: "firmware and the management controller (SMM, a BMC over MCTP)", .notVisible,
            reason: "no operating system sees what they do", remedy: "ask the vendor what they use mailboxes for")
    }

    private var earlyFirmware: RoadSight {
        RoadSight(
            way: "firmware before this system started (UEFI's CxlIo, option ROMs)", .notVisible,
            reason: "it has used mailboxes before anybody could look, and what it set up is still there",
            remedy: "let only signed firmware run (Secure Boot), and ask the vendor what it uses mailboxes for")
    }

    private var remote: RoadSight {
        RoadSight(
            way: "a remote mailbox's other clients", .notVisible,
            reason: "whoever else connects to what stands behind it does so elsewhere")
    }

    /// The kernel lets nobody write to config space then. A guest's writes it lets pass: the guest is not the host's
    /// root.
    private func closedByLockdown(_ way: String, unless isGuest: Bool) -> RoadSight? {
        guard isLockedDown, !isGuest else { return nil }
        return RoadSight(
            way: way, .closed,
            reason: "a kernel that is locked down refuses every write to config space (EPERM); setpci exits 0 all the "
                + "same")
    }

    private func blind(_ way: String) -> RoadSight? {
        blindness.map { RoadSight(way: way, .notVisible, reason: $0.problem, remedy: $0.remedy) }
    }

    private func noProbe(_ way: String) -> RoadSight {
        RoadSight(
            way: way, .notVisible, reason: "this kernel takes no probe there",
            remedy: "run a kernel with CONFIG_KPROBE_EVENTS and CONFIG_DEBUG_INFO_BTF, as distributions' are")
    }
}
