import DOELinux
import Testing
import WitnessTestSupport

@testable import DOETrace

struct ProbePlanTests {
    private static func plan(
        _ kernel: String, _ architecture: KernelArchitecture = .x8664, withTypes: Bool = true
    ) throws -> ProbePlan {
        let fixture = KernelFixture(kernel)
        let functions = try fixture.functions().union(["pci_bus_write_config_dword"])
        return ProbePlan(
            placeOf: { functions.contains($0) ? .kernel : nil }, types: withTypes ? try fixture.types() : nil,
            architecture: architecture)
    }

    /// Fields of a definition by name: `vendor:x16` says the same as `vendor=vendor:x16`.
    private static func fields(_ definition: String) -> [String: String] {
        var fields: [String: String] = [:]
        for word in definition.split(separator: " ").dropFirst(2) {
            if let sign = word.firstIndex(of: "=") {
                fields[String(word[..<sign])] = String(word[word.index(after: sign)...])
            } else {
                fields[String(word.prefix { $0 != ":" })] = String(word)
            }
        }
        return fields
    }

    @Test("each kernel's own definitions are among those that are tried", arguments: Fixture.kernels)
    func knownDefinitions(kernel: String) throws {
        let plan = try Self.plan(kernel)
        var compared = 0
        for known in try KernelFixture(kernel).lines("probes") {
            let words = known.split(separator: " ")
            let isReturn = known.hasPrefix("r")
            let knownFields = Self.fields(known)
            for probe in plan.probes where probe.function == words[1] && probe.role != .readEnded {
                guard ProbeTemplate.all.first(where: { $0.event == probe.event })?.isReturn == isReturn else {
                    continue
                }
                let names = ProbeTemplate.all.first { $0.event == probe.event }.map { $0.fields.map(\.name) } ?? []
                guard Set(names).isSubset(of: knownFields.keys) else { continue }
                let tried = probe.definitions.map { Self.fields($0.description) }
                let agrees = tried.contains { fields in
                    names.allSatisfy { fields[$0]?.hasPrefix(knownFields[$0] ?? "?") == true }
                }
                #expect(agrees, "\(known) is not among \(probe.definitions)")
                compared += 1
            }
        }
        #expect(compared >= 9)
    }

    @Test("what a kernel of before 6.4 has, and what later ones have")
    func roles() throws {
        let old = Set(try Self.plan("6.1").probes.map(\.role))
        #expect(old.isDisjoint(with: [.kernelRequest, .kernelResponse]))
        #expect(old.isSuperset(of: [.kernelRequestBefore64, .taskComplete, .fileWrite, .write8, .readEnded, .canary]))
        for kernel in ["6.12", "7.3"] {
            let plan = try Self.plan(kernel)
            #expect(Set(plan.probes.map(\.role)).isSuperset(of: [.kernelRequest, .kernelResponse, .kernelWrite]))
            #expect(plan.missing["pci_doe_submit_task"] == "this kernel has no function pci_doe_submit_task")
        }
    }

    @Test(
        "the forms, best first",
        arguments: [
            (
                ProbeRole.write32, KernelArchitecture.x8664, "7.3",
                [
                    "p:doe_audit/write32 pci_user_write_config_dword name=dev->dev.kobj.name:string off=pos:s32 val=val:x32 comm=$comm",
                    "p:doe_audit/write32 pci_user_write_config_dword name=+0(+208($arg1)):string off=$arg2:s32 val=$arg3:x32 comm=$comm",
                    "p:doe_audit/write32 pci_user_write_config_dword name=+0(+208(%di)):string off=%si:s32 val=%dx:x32 comm=$comm",
                ]
            ),
            (
                .write8, .arm64, "6.12",
                [
                    "p:doe_audit/write8 pci_user_write_config_byte name=dev->dev.kobj.name:string off=pos:s32 val=val:x8 comm=$comm",
                    "p:doe_audit/write8 pci_user_write_config_byte name=+0(+200($arg1)):string off=$arg2:s32 val=$arg3:x8 comm=$comm",
                    "p:doe_audit/write8 pci_user_write_config_byte name=+0(+200(%x0)):string off=%x1:s32 val=%x2:x8 comm=$comm",
                ]
            ),
            // At its return a function's registers have other values.
            (
                .kernelResponse, .x8664, "6.12",
                [
                    "r128:doe_audit/kernel_response pci_doe vendor=vendor:x16 type=type:x8 rsp0=+0(response):x32 ret=$retval:s32",
                    "r128:doe_audit/kernel_response pci_doe vendor=$arg2:x16 type=$arg3:x8 rsp0=+0($arg6):x32 ret=$retval:s32",
                ]
            ),
            (
                .procWrite, .other, "6.1",
                [
                    "p:doe_audit/proc_write proc_bus_pci_write off=+0(ppos):u64 count=nbytes:u64",
                    "p:doe_audit/proc_write proc_bus_pci_write off=+0($arg4):u64 count=$arg3:u64",
                ]
            ),
        ])
    func forms(
        role: ProbeRole, architecture: KernelArchitecture, kernel: String, lines: [String]
    ) throws {
        let probe = try Self.plan(kernel, architecture).probes.first { $0.role == role }
        #expect(probe?.definitions.map(\.description) == lines)
    }

    @Test("a task names its object by what this kernel calls it", arguments: [("6.1", "prot"), ("7.3", "feat")])
    func taskObject(kernel: String, member: String) throws {
        let probe = try #require(try Self.plan(kernel).probes.first { $0.role == .taskComplete })
        #expect(probe.definitions.map(\.form) == [.names, .numbers, .registers])
        #expect(probe.definitions[0].description.contains("vid=task->\(member).vid:x16"))
        #expect(probe.definitions[1].description.contains("vid=+0($arg1):x16 type=+2($arg1):x8 rv=+40($arg1):s32"))
    }

    @Test("what is in a module is probed there, also when it is not loaded yet")
    func module() throws {
        let types = try KernelFixture("6.1").types()
        for place in [KernelSymbols.Place.module("cxl_core"), nil, .kernel] {
            let plan = ProbePlan(placeOf: { _ in place }, types: types, architecture: .x8664)
            let probe = try #require(plan.probes.first { $0.event == "cxl_task_complete" })
            let function = place == .kernel ? "cxl_doe_task_complete" : "cxl_core:cxl_doe_task_complete"
            for definition in probe.definitions { #expect(definition.description.contains(" \(function) vid=")) }
        }
    }

    @Test("without types only what the kernel itself can resolve, or what needs no offset")
    func withoutTypes() throws {
        let plan = try Self.plan("6.12", withTypes: false)
        #expect(
            Set(plan.probes.map(\.role)).isSuperset(of: [.fileWrite, .procWrite, .write32, .kernelRequest, .canary]))
        for probe in plan.probes where probe.role != .procWrite && probe.role != .kernelResponse {
            #expect(probe.definitions.allSatisfy { $0.form == .names })
        }
        // Whichever of the two this kernel has.
        #expect(plan.probes.first { $0.role == .taskComplete }?.definitions.count == 2)
    }

    @Test("arguments that have other names, or are others")
    func renamed() throws {
        func lines(_ names: [String]) throws -> [String] {
            var types = try KernelFixture("6.12").types()
            var arguments = types.arguments
            arguments["pci_user_write_config_dword"] = names
            types = KernelTypeFacts(offsets: types.offsets, arguments: arguments, missing: types.missing)
            let plan = ProbePlan(
                placeOf: { $0 == "pci_user_write_config_dword" ? .kernel : nil }, types: types, architecture: .x8664)
            return plan.probes.filter { $0.role == .write32 }.flatMap { $0.definitions.map(\.description) }
        }
        #expect(
            try lines(["pdev", "where", "value"])[0].hasSuffix(
                "name=pdev->dev.kobj.name:string off=where:s32 val=value:x32 comm=$comm"))
        #expect(try lines(["pdev", "where", "value"])[1].hasSuffix("off=$arg2:s32 val=$arg3:x32 comm=$comm"))
        #expect(
            try lines(["flags", "dev", "pos", "val"])[1].hasSuffix(
                "name=+0(+200($arg2)):string off=$arg3:s32 val=$arg4:x32 comm=$comm"))
        // What an argument is that has neither the name nor the place, nobody knows.
        #expect(try lines(["dev", "where", "how", "val"]) == [])
    }

    @Test("what keeps a probe from being planned is said")
    func missing() throws {
        let types = try KernelFixture("6.12").types()
        let without = KernelTypeFacts(
            offsets: types.offsets.filter { $0.key.structure != "pci_dev" }, arguments: types.arguments,
            missing: ["pci_dev.dev.kobj.name": "this kernel has no pci_dev.dev.kobj.name"])
        let plan = ProbePlan(
            placeOf: { $0.hasPrefix("pci_user") ? .kernel : nil }, types: without, architecture: .x8664)
        #expect(!plan.probes.contains { $0.function.hasPrefix("pci") })
        #expect(plan.missing["pci_user_write_config_dword"] == "this kernel has no pci_dev.dev.kobj.name")
        #expect(plan.missing["pci_doe"] == "this kernel has no function pci_doe")
    }

    @Test("each role's fields are those that the decoder expects")
    func contract() {
        for template in ProbeTemplate.all {
            #expect(Set(template.fields.map(\.name)).isSuperset(of: template.role.fields), "\(template.event)")
        }
        let roles = Set(ProbeTemplate.all.map(\.role))
        #expect(roles == Set(ProbeRole.allCases).subtracting([.readEndedWithoutValue]))
    }
}
