internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// What of this host decides which doors are open: looked up in one place, judged in another.
struct ComplianceDoorFacts: Hashable {
    /// What the functions of this host say of the CXL Consortium's registers.
    struct Functions: Hashable {
        /// A test capability, and whose.
        struct Test: Hashable {
            let address: FunctionAddress
            let capability: TestCapability
        }

        /// Whether one is a CXL device, or its port.
        var hasCXL = false
        var tests: [Test] = []
        /// Why some could not be looked at; `nil` where all were.
        var unread: Obstacle?
    }

    /// What can be seen of the kernel's debug file system.
    enum DebugFiles: Hashable {
        /// The kernel has none.
        case absent
        case notMounted
        /// It cannot be looked into: why.
        case hidden(Obstacle)
        /// Those that inject something: into devices' memory, and as the firmware does.
        case found(poison: [String], platform: [String])
    }

    /// What the driver of a CXL memory device says of its commands; an obstacle where it could not be asked.
    struct MemoryDevice: Hashable {
        /// `mem0`
        let name: String
        let commands: Result<CXLCommands, Obstacle>
    }

    var lockdown: KernelLockdown
    /// `nil` where it is not known.
    var configuration: KernelConfiguration?
    var functions: Functions
    var debugFiles: DebugFiles
    /// Those that a driver is bound to.
    var memoryDevices: [MemoryDevice]
    /// Devices of the kernel's fwctl, `fwctl0`.
    var firmwareControls: [String]
    /// Whether the firmware says how it injects errors (ACPI's table EINJ).
    var firmwareInjects: Bool
    /// Why CXL memory devices could not be looked for; `nil` where they were.
    var hiddenDevices: Obstacle?
    /// The same of fwctl's.
    var hiddenControls: Obstacle?
    /// The same of the firmware's tables.
    var hiddenTables: Obstacle?
}
