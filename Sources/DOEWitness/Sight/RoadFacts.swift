internal import DOELinux
internal import DOETrace
internal import DOEWords

/// What decides how much of each road to a mailbox is seen.
struct RoadFacts: Hashable, Sendable {
    /// Why the witness is blind; `nil` while it sees.
    var blindness: Obstacle?
    /// What the probes tell that the kernel took.
    var roles: Set<ProbeRole>
    /// Whether the kernel has functions with which it uses mailboxes itself.
    var kernelUsesMailboxes = true
    /// Whether the filters had to leave out writes beside the mailboxes' registers.
    var seesRegistersOnly = false
    /// How far the kernel keeps root from changing it.
    var lockdown: KernelLockdown
    /// With which options the kernel was built; `nil` where it is not known.
    var configuration: KernelConfiguration?
    /// Whether the kernel's command line has `iomem=relaxed`.
    var isMemoryAccessRelaxed: Bool
    /// The architecture.
    var architecture: KernelArchitecture
    /// Whether the processor is AMD's, or Hygon's, which is made after it; `nil` where it is not known.
    var isAMD: Bool?

    /// This host's, with what the witness' instruments see; without them, with why there are none.
    static func current(_ sight: Result<Instruments, Obstacle>) -> RoadFacts {
        var facts = RoadFacts(
            blindness: nil, roles: [], lockdown: .current(), configuration: .running(), isMemoryAccessRelaxed: true,
            architecture: .running, isAMD: nil)
        switch sight {
        case .success(let instruments):
            facts.roles = instruments.roles
            facts.kernelUsesMailboxes =
                !instruments.missing.keys.contains("pci_doe")
                || !instruments.missing.keys.contains("pci_doe_submit_task")
            facts.seesRegistersOnly = instruments.seesRegistersOnly
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
