internal import DOELinux
internal import DOEWords
internal import PCIConfig

// What the running kernel has, and what is made of it.
extension Instruments {
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

    static func canary(
        on host: PCIHost, without functions: [WatchedFunction], seenByProbe: Bool, byProgram: Bool, at now: UInt64
    ) throws(Obstacle) -> Canary? {
        guard let function = CanaryFunction(on: host, without: Set(functions.map(\.address))) else { return nil }
        var sights: Set<Canary.Sight> = []
        if seenByProbe { sights.insert(.probes) }
        if byProgram { sights.insert(.program) }
        do throws(LinuxError) {
            return try Canary(function, seenBy: sights, at: now)
        } catch {
            throw Obstacle(error)
        }
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
}
