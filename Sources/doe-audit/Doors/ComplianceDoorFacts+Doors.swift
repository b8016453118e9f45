internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// Every way to what compliance mode does, the mailbox aside, and whether it is open. Pure.
extension ComplianceDoorFacts {
    /// In the order in which they matter.
    var doors: [ComplianceDoor] {
        [testRegisters, poisonFiles, mailboxCommand, rawCommands, deviceMemory, firmwareControl, platformInjection]
    }

    private var isLockedDown: Bool { if case .on = lockdown { true } else { false } }

    /// A door that is there, and that a kernel which is locked down closes.
    private func ajar(
        _ way: String, _ reason: String, shut: String, close remedy: String = "boot with lockdown=integrity"
    ) -> ComplianceDoor {
        switch lockdown {
        case .on: .closed(way, by: .lockdown, shut)
        case .off: .open(way, reason, close: remedy)
        case .unknown(let why):
            .unknown(way, "\(reason), if the kernel is not locked down: \(why)", findOut: remedy)
        }
    }

    private var testRegisters: ComplianceDoor {
        let way = "CXL test registers (DVSEC 1e98:000a in config space)"
        let unlocked = functions.tests.filter { !$0.capability.isLocked }
        if unlocked.isEmpty, functions.unread == nil {
            guard !functions.tests.isEmpty else {
                return .closed(way, by: .absence, "no function of this host has them")
            }
            let locked = functions.tests.map(\.place).joined(separator: ", ")
            return .closed(way, by: .lock, "locked until the next reset of the device: \(locked)")
        }
        let shut = "a kernel that is locked down refuses every write to config space"
        guard let first = unlocked.first else {
            if isLockedDown { return .closed(way, by: .lockdown, shut) }
            return .unknown(way, functions.unread?.problem ?? "", findOut: functions.unread?.remedy)
        }
        return ajar(
            way,
            "TestLock is not set at \(unlocked.map(\.place).joined(separator: ", ")): root places registers in memory that "
                + "inject errors", shut: shut,
            close: "lock them until the next reset (setpci -s \(first.address) "
                + "\(first.capability.lockOffset.hex(digits: 3)).w=1), or boot with lockdown=integrity")
    }

    private var poisonFiles: ComplianceDoor {
        let way = "debugfs cxl/*/inject_poison"
        let shut = "a kernel that is locked down lets nobody write to debugfs"
        switch debugFiles {
        case .absent: return .closed(way, by: .configuration, "this kernel has no debugfs")
        case .notMounted, .hidden:
            if memoryDevices.isEmpty { return noMemoryDevice(way) }
            return unseen(way, shut: shut)
        case .found(let files, _):
            guard !files.isEmpty else {
                return .closed(way, by: .absence, "no CXL memory device of this host takes poison that way")
            }
            return ajar(
                way, "root writes an address to \(files.joined(separator: ", ")), and the memory there is poisoned",
                shut: shut, close: "boot with lockdown=integrity, or with debugfs=off")
        }
    }

    private var mailboxCommand: ComplianceDoor {
        let way = "Inject Poison through a CXL memory device's driver (/dev/cxl/mem*)"
        guard !memoryDevices.isEmpty else { return noMemoryDevice(way) }
        let passing = memoryDevices.filter { $0.asked?.injection == .passedOn }
        guard passing.isEmpty else {
            return .open(
                way, "the driver of \(passing.map(\.name).joined(separator: ", ")) passes it on for root",
                close: "run Linux 6.4 or later, whose driver takes no such command")
        }
        if let obstacle = memoryDevices.lazy.compactMap(\.obstacle).first {
            return .unknown(way, "the driver could not be asked: \(obstacle.problem)", findOut: "run this as root")
        }
        return memoryDevices.contains { $0.asked?.injection == .notOffered }
            ? .closed(way, by: .absence, "no CXL memory device of this host has that command")
            : .closed(way, by: .configuration, "the driver of this kernel takes no such command")
    }

    private var rawCommands: ComplianceDoor {
        let way = "any command through a CXL memory device's driver (raw)"
        let isBuilt =
            memoryDevices.lazy.compactMap(\.asked).first?.takesRawCommands
            ?? configuration?.has("CONFIG_CXL_MEM_RAW_COMMANDS")
        if isBuilt == false {
            return .closed(way, by: .configuration, "this kernel was built without CONFIG_CXL_MEM_RAW_COMMANDS")
        }
        guard !memoryDevices.isEmpty else { return noMemoryDevice(way) }
        let shut = "a kernel that is locked down takes no raw command"
        guard isBuilt == true else {
            if isLockedDown { return .closed(way, by: .lockdown, shut) }
            return .unknown(way, "it is not known whether this kernel takes raw commands", findOut: "run this as root")
        }
        return ajar(
            way,
            "CONFIG_CXL_MEM_RAW_COMMANDS: root sends \(memoryDevices.map(\.name).joined(separator: ", ")) what it likes",
            shut: shut,
            close: "run a kernel without CONFIG_CXL_MEM_RAW_COMMANDS, or boot with lockdown=integrity")
    }

    private var deviceMemory: ComplianceDoor {
        let way = "a CXL device's registers in its own memory (sysfs resourceN)"
        let shut = "a kernel that is locked down maps no device's memory for a program, but for VFIO"
        if !functions.hasCXL {
            guard let unread = functions.unread else {
                return .closed(way, by: .absence, "no function of this host is a CXL device's")
            }
            if isLockedDown { return .closed(way, by: .lockdown, shut) }
            return .unknown(way, unread.problem, findOut: unread.remedy)
        }
        return ajar(
            way, "root maps them, and gives the device's mailbox commands or writes its test registers itself",
            shut: shut)
    }

    private var firmwareControl: ComplianceDoor {
        let way = "fwctl (/dev/fwctl/*)"
        guard !firmwareControls.isEmpty else {
            if configuration?.has("CONFIG_FWCTL") == false {
                return .closed(way, by: .configuration, "this kernel was built without CONFIG_FWCTL")
            }
            if let hiddenControls { return hidden(way, hiddenControls) }
            return .closed(way, by: .absence, "no driver of this host offers it")
        }
        // Lockdown leaves it open on purpose.
        return .open(
            way,
            "root changes features of a device and debugs its firmware: \(firmwareControls.joined(separator: ", "))",
            close: "unload the driver that offers it, or run a kernel without CONFIG_FWCTL")
    }

    private var platformInjection: ComplianceDoor {
        let way = "EINJ, the firmware's error injection (debugfs apei/einj, cxl/*/einj_inject)"
        let shut = "a kernel that is locked down lets nobody write to debugfs"
        let remedy = "boot with lockdown=integrity, or put 'install einj /bin/false' into /etc/modprobe.d/einj.conf"
        if case .found(_, let files) = debugFiles, !files.isEmpty {
            return ajar(way, "root writes to \(files.joined(separator: ", "))", shut: shut, close: remedy)
        }
        if case .absent = debugFiles { return .closed(way, by: .configuration, "this kernel has no debugfs") }
        guard firmwareInjects else {
            if let hiddenTables {
                return isLockedDown ? .closed(way, by: .lockdown, shut) : hidden(way, hiddenTables)
            }
            return .closed(way, by: .absence, "the firmware of this host offers none (ACPI has no table EINJ)")
        }
        guard let configuration, case .found = debugFiles else { return unseen(way, shut: shut) }
        guard configuration.has("CONFIG_ACPI_APEI_EINJ") else {
            return .closed(way, by: .configuration, "this kernel was built without CONFIG_ACPI_APEI_EINJ")
        }
        return ajar(way, "the firmware offers it, and root can load its module (einj)", shut: shut, close: remedy)
    }

    private func noMemoryDevice(_ way: String) -> ComplianceDoor {
        if let hiddenDevices { return hidden(way, hiddenDevices) }
        return .closed(way, by: .absence, "no CXL memory device of this host has a driver")
    }

    /// A door behind a directory that this process may not look into.
    private func hidden(_ way: String, _ obstacle: Obstacle) -> ComplianceDoor {
        .unknown(way, obstacle.problem, findOut: obstacle.remedy ?? "run this as root")
    }

    /// A door in debugfs, which could not be looked into.
    private func unseen(_ way: String, shut: String) -> ComplianceDoor {
        if isLockedDown { return .closed(way, by: .lockdown, shut) }
        return switch debugFiles {
        case .notMounted:
            .unknown(
                way, "debugfs is not mounted, and root can mount it",
                findOut: "mount -t debugfs debugfs /sys/kernel/debug, and ask again")
        case .hidden(let obstacle): hidden(way, obstacle)
        case .absent, .found:
            .unknown(
                way, "it is not known how this kernel was built: no configuration of it can be read in /boot",
                findOut: nil)
        }
    }
}

extension ComplianceDoorFacts.Functions.Test {
    /// `0000:0d:00.0@200`, as a mailbox's place is written.
    var place: String { "\(address)@\(capability.offset.hex(digits: 3))" }
}

extension ComplianceDoorFacts.MemoryDevice {
    fileprivate var asked: CXLCommands? { try? commands.get() }
    fileprivate var obstacle: Obstacle? {
        if case .failure(let obstacle) = commands { obstacle } else { nil }
    }
}
