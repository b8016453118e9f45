internal import DOELinux

/// Which probes to try on a kernel, and how. What a kernel takes is found out by trying: no version is assumed.
struct ProbePlan: Hashable, Sendable {
    /// The name of the group of our events, always the same: so what a killed daemon left behind can be found.
    static let group = "doe_audit"

    /// What to try, in this order.
    let probes: [PlannedProbe]
    /// Functions that are not there, or whose probes cannot be spelled: why not.
    let missing: [String: String]

    /// The members whose offsets are needed.
    static var members: [MemberPath] {
        Array(Set(ProbeTemplate.all.flatMap { $0.fields.flatMap(\.members) })).sorted {
            $0.description < $1.description
        }
    }

    /// The functions that are probed.
    static var functions: [String] { Array(Set(ProbeTemplate.all.map(\.function))).sorted() }

    /// Plans from what the running kernel has. Without facts only those ways are left that leave it to the kernel to
    /// know its types. Of the roles `without` somebody else tells.
    init(
        placeOf: (_ function: String) -> KernelSymbols.Place?, types: KernelTypeFacts?,
        architecture: KernelArchitecture,
        without roles: Set<ProbeRole> = []
    ) {
        var probes: [PlannedProbe] = []
        var missing: [String: String] = [:]
        for template in ProbeTemplate.all where !roles.contains(template.role) {
            guard let place = placeOf(template.function) ?? template.module.map({ .module($0) }) else {
                missing[template.function] = "this kernel has no function \(template.function)"
                continue
            }
            let spelling = ProbeSpelling(of: template, in: place, types: types, architecture: architecture)
            let definitions = spelling.definitions
            if let place = probes.firstIndex(where: { $0.event == template.event }) {
                let all = probes[place].definitions + definitions
                probes[place] = Self.probe(
                    template,
                    ProbeDefinition.Form.allCases.flatMap { form in
                        all.filter { $0.form == form }
                    })
            } else {
                probes.append(Self.probe(template, definitions))
            }
        }
        for probe in probes where probe.definitions.isEmpty {
            missing[probe.function] =
                types.flatMap { types in
                    ProbeTemplate.all.filter { $0.event == probe.event }.flatMap { $0.fields.flatMap(\.members) }
                        .compactMap { types.missing[$0.description] }.first
                } ?? "this kernel's own types are not known, so \(probe.function) cannot be probed"
        }
        self.probes = probes.filter { !$0.definitions.isEmpty }
        self.missing = missing
    }

    private static func probe(_ template: ProbeTemplate, _ definitions: [ProbeDefinition]) -> PlannedProbe {
        PlannedProbe(
            role: template.role, event: template.event, function: template.function, definitions: definitions)
    }
}
