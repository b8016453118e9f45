internal import DOELinux

/// The ways to spell one probe for one kernel.
struct ProbeSpelling {
    let template: ProbeTemplate
    let place: KernelSymbols.Place
    let types: KernelTypeFacts?
    let architecture: KernelArchitecture

    init(
        of template: ProbeTemplate, in place: KernelSymbols.Place, types: KernelTypeFacts?,
        architecture: KernelArchitecture
    ) {
        self.template = template
        self.place = place
        self.types = types
        self.architecture = architecture
    }

    /// All that there are, the best first: the fewer assumptions of ours are in it, the better.
    var definitions: [ProbeDefinition] {
        let registers = architecture.argumentRegisters
        var ways: [(ProbeDefinition.Form, [String?])] = [
            (.names, template.fields.map { field in hasMembers(field) ? field.spelled(argumentNamed: name) : nil }),
            (.numbers, spelled { "$arg\($0 + 1)" }),
        ]
        // When a function returns, registers no longer have its arguments.
        if !template.isReturn { ways.append((.registers, spelled { $0 < registers.count ? registers[$0] : nil })) }
        return ways.compactMap { form, fields in
            let spelled = fields.compactMap(\.self)
            guard spelled.count == fields.count else { return nil }
            let line = ([head, function] + spelled).joined(separator: " ")
            return ProbeDefinition(form: form, description: line)
        }
    }

    /// An exchange can take a second, and a host has many mailboxes: so many calls may be under way at once.
    private var head: String { (template.isReturn ? "r128:" : "p:") + "\(ProbePlan.group)/\(template.event)" }

    /// With a module's name the probe is there whenever the module is, now or later.
    private var function: String {
        if case .module(let module) = place { "\(module):\(template.function)" } else { template.function }
    }

    private func spelled(_ place: (Int) -> String?) -> [String?] {
        template.fields.map { field in
            field.spelled(argumentIn: { index(of: $0).flatMap(place) }, offsetOf: { types?.offsets[$0] })
        }
    }

    /// Which argument it is, from 0. The running kernel's own list of names counts, where it tells.
    private func index(of argument: String) -> Int? {
        let known = template.arguments.firstIndex(of: argument)
        guard let names = types?.arguments[template.function] else { return known }
        // One that was only given another name is still in its place.
        return names.firstIndex(of: argument) ?? (names.count == template.arguments.count ? known : nil)
    }

    private func name(of argument: String) -> String? {
        guard let index = index(of: argument) else { return nil }
        let name = types?.arguments[template.function].map { $0[index] } ?? argument
        return name.isEmpty ? nil : name
    }

    /// Whether the kernel's types have what the field follows; where they are not known, the kernel will say.
    private func hasMembers(_ field: ProbeField) -> Bool {
        guard let types else { return true }
        return field.members.allSatisfy { types.offsets[$0] != nil }
    }
}
