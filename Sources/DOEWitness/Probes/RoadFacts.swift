public import DOELinux
public import DOEWords

/// What decides how much of each road to a mailbox is seen.
public struct RoadFacts: Hashable, Sendable {
    /// Why the witness is blind; `nil` while it sees.
    public var blindness: Obstacle?
    /// What the probes tell that the kernel took.
    public var roles: Set<ProbeRole>
    /// Whether the kernel has functions with which it uses mailboxes itself.
    public var kernelUsesMailboxes: Bool
    /// Whether the filters had to leave out writes beside the mailboxes' registers.
    public var seesRegistersOnly: Bool
    /// How far the kernel keeps root from changing it.
    public var lockdown: KernelLockdown
    /// With which options the kernel was built; `nil` where it is not known.
    public var configuration: KernelConfiguration?
    /// Whether the kernel's command line has `iomem=relaxed`.
    public var isMemoryAccessRelaxed: Bool
    /// The architecture.
    public var architecture: KernelArchitecture
    /// Whether the processor is AMD's, or Hygon's, which is made after it; `nil` where it is not known.
    public var isAMD: Bool?

    /// Facts from their parts.
    public init(
        blindness: Obstacle?, roles: Set<ProbeRole>, kernelUsesMailboxes: Bool = true, seesRegistersOnly: Bool = false,
        lockdown: KernelLockdown,
        configuration: KernelConfiguration?, isMemoryAccessRelaxed: Bool, architecture: KernelArchitecture,
        isAMD: Bool?
    ) {
        self.blindness = blindness
        self.roles = roles
        self.kernelUsesMailboxes = kernelUsesMailboxes
        self.seesRegistersOnly = seesRegistersOnly
        self.lockdown = lockdown
        self.configuration = configuration
        self.isMemoryAccessRelaxed = isMemoryAccessRelaxed
        self.architecture = architecture
        self.isAMD = isAMD
    }

    /// This host's, with what the witness' probes see; without probes, with why there are none.
    public static func current(_ sight: Result<WitnessProbes, Obstacle>) -> RoadFacts {
        var facts = RoadFacts(
            blindness: nil, roles: [], lockdown: .current(), configuration: .running(), isMemoryAccessRelaxed: true,
            architecture: .running, isAMD: nil)
        switch sight {
        case .success(let probes):
            facts.roles = probes.roles
            facts.kernelUsesMailboxes =
                !probes.missing.keys.contains("pci_doe")
                || !probes.missing.keys.contains("pci_doe_submit_task")
            facts.seesRegistersOnly = probes.seesRegistersOnly
        case .failure(let obstacle): facts.blindness = obstacle
        }
        if let line = try? Procfs.read("cmdline") {
            let parameters = KernelCommandLine(line).parameters
            facts.isMemoryAccessRelaxed = parameters.last { $0.name == "iomem" }?.value?.contains("relaxed") ?? false
        }
        if let text = try? Procfs.read("cpuinfo", limit: 16 << 20) {
            let vendor = String(decoding: text, as: UTF8.self).split(separator: "\n").first {
                $0.hasPrefix("vendor_id")
            }
            facts.isAMD = vendor.map { $0.hasSuffix("AuthenticAMD") || $0.hasSuffix("HygonGenuine") }
        }
        return facts
    }

    /// Whether the kernel is locked down in any degree.
    var isLockedDown: Bool { if case .on = lockdown { true } else { false } }
}
