internal import DOELinux
internal import DOEWords

// What the running kernel has, and what is made of it.
extension KernelArms {
    static func types() -> KernelTypeFacts? {
        try? KernelTypes.running().facts(
            offsetsOf: ProbePlan.members + WitnessPrograms.members,
            argumentsOf: Array(Set(ProbePlan.functions + WitnessPrograms.functions)))
    }

    static func plan(_ types: KernelTypeFacts?, without roles: Set<ProbeRole>) -> ProbePlan {
        // Where the kernel does not tell its names, each definition will say for itself.
        let symbols = try? KernelSymbols()
        return ProbePlan(
            placeOf: { function in symbols.map { $0.place(of: function) } ?? .kernel }, types: types,
            architecture: .running, without: roles)
    }

    static func programs(_ types: KernelTypeFacts?) -> (WitnessPrograms?, refused: Obstacle?) {
        guard let types else { return (nil, Obstacle("this kernel's own types are not known")) }
        do throws(Obstacle) { return (try WitnessPrograms(types), nil) } catch { return (nil, error) }
    }

    /// Without the dwords that processes write nothing of theirs is seen.
    static func checkSight(of instance: TraceInstance, _ plan: ProbePlan) throws(Obstacle) {
        guard !instance.taken.contains(where: { $0.role == .write32 }) else { return }
        let refusal = instance.refused.first { $0.probe.role == .write32 }?.refusals.last?.reason
        let reason = refusal ?? plan.missing["pci_user_write_config_dword"] ?? "it cannot be told why"
        throw Obstacle(
            "this kernel takes no probe on pci_user_write_config_dword: \(reason)",
            remedy: "run a kernel with CONFIG_KPROBE_EVENTS and CONFIG_DEBUG_INFO_BTF, as distributions' are")
    }

    /// Under confidentiality the kernel lets nobody trace it: its files are not there, or cannot be opened.
    static func obstacle(_ error: Obstacle, under lockdown: KernelLockdown) -> Obstacle {
        guard lockdown == .on("confidentiality") else { return error }
        return Obstacle(
            "the kernel is locked down (confidentiality) and lets nobody trace it",
            remedy: "boot with lockdown=integrity: it keeps root from changing the kernel and lets it be traced")
    }
}
