import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct KernelFactsTests {
    /// What a 6.12 with CONFIG_PCI_DOE has, and with the module cxl_core; and what 6.19 with CONFIG_PCI_TSM has besides.
    private static let doe = ["pci_doe", "pci_doe_init", "doe_statemachine_work"]
    private static let cxl = doe + ["read_cdat_data"]
    private static let tsm = cxl + ["pci_tsm_doe_transfer", "pci_tsm_register"]
    /// With CMA of its own, as the patches for it have it.
    private static let cma = cxl + ["pci_cma_init", "pci_cma_reauthenticate"]

    private func kernel(
        _ version: String, _ symbols: [String], _ managers: Fact<[String]> = .unknown
    ) throws -> KernelFacts {
        KernelFacts(
            try #require(KernelVersion(version)), has: symbols.contains,
            hasAny: { start in symbols.contains { $0.hasPrefix(start) } }, securityManagers: managers)
    }

    private func load(_ text: String, _ kernel: KernelFacts) throws -> Policy {
        try Policy.load(
            files: [RuleFile(path: "t.rules", text: text)], kernel: kernel, resolver: TestNames(), generation: 1)
    }

    @Test(arguments: [
        ("6.12", [], "0001:00", false, "Linux 6.12 is in 6.0.., but was built without it"),
        ("6.12", [], "1e98:02", false, "Linux 6.12 is in 6.0.., but was built without it"),
        ("6.12", doe, "0001:00", true, "Linux 6.12 is in 6.0.."),
        // Its module may be loaded later.
        ("6.12", doe, "1e98:02", true, "Linux 6.12 is in 6.0.."),
        ("6.12", cxl, "0001:01", false, "Linux 6.12 is not in 6.19.."),
        // Where nobody could look for a security manager, the version decides.
        ("6.12", tsm, "0001:01", false, "Linux 6.12 is not in 6.19.."),
        ("6.19", tsm, "0001:01", true, "Linux 6.19 is in 6.19.."),
        ("6.19", cxl, "0001:01", false, "Linux 6.19 is in 6.19.., but was built without it"),
        ("5.14", cxl, "0001:00", true, "Linux 5.14 is not in 6.0.., but has it: pci_doe"),
        ("5.14", cxl, "1e98:02", true, "Linux 5.14 is not in 6.0.., but has it: read_cdat_data"),
        ("5.14", doe, "1e98:02", false, "Linux 5.14 is not in 6.0.."),
    ])
    func `version and symbols tell together what the kernel uses`(
        version: String, symbols: [String], object: String, isExpected: Bool, why: String
    ) throws {
        let policy = try load(try ProjectFile.text("rules/90-doe-audit.rules"), try kernel(version, symbols))
        let id = try #require(ObjectID(object))
        #expect(policy.classify(id).objectClass == (isExpected ? .kernelExpected : .published))
        let reason = try #require(policy.kernelReason(of: id))
        #expect(reason.isExpected == isExpected && reason.sentence == why)
        #expect(policy.kernelReasons.contains(reason))
    }

    /// Distributions build PCI/TSM into each kernel, and a function that nobody calls sends nothing.
    @Test(arguments: [
        ("7.3", tsm, [], false, "Linux 7.3 is in 6.19.., but no security manager is in /sys/class/tsm"),
        ("7.3", tsm, ["tsm0"], true, "Linux 7.3 is in 6.19.."),
        ("6.12", tsm, [], false, "Linux 6.12 is not in 6.19.."),
        ("6.12", tsm, ["tsm1", "tsm4"], true, "Linux 6.12 is not in 6.19.., but has it: /sys/class/tsm/tsm1"),
        // A manager that has nothing to do with PCI.
        ("7.3", cxl, ["tsm0"], false, "Linux 7.3 is in 6.19.., but was built without it"),
        ("7.3", [], ["tsm0"], false, "Linux 7.3 is in 6.19.., but was built without it"),
        ("7.9", cma, [], true, "Linux 7.9 is in 6.19.."),
        ("6.12", cma, [], true, "Linux 6.12 is not in 6.19.., but has it: pci_cma_init"),
        ("6.12", cma + tsm, ["tsm0"], true, "Linux 6.12 is not in 6.19.., but has it: pci_cma_init"),
    ])
    func `SPDM is the kernel's where there is somebody for whom it speaks`(
        version: String, symbols: [String], managers: [String], isExpected: Bool, why: String
    ) throws {
        let facts = try kernel(version, symbols, .known(managers))
        let policy = try load(try ProjectFile.text("rules/90-doe-audit.rules"), facts)
        for id in [ObjectID.spdm, .securedSPDM] {
            #expect(policy.classify(id).objectClass == (isExpected ? .kernelExpected : .published))
            #expect(policy.kernelReason(of: id)?.sentence == why)
        }
        // And nothing else changes by it.
        let without = try load(try ProjectFile.text("rules/90-doe-audit.rules"), try kernel(version, symbols))
        for id in [ObjectID.discovery, .tableAccess, .spdmWithConnection] {
            #expect(policy.classify(id) == without.classify(id))
        }
    }

    @Test(arguments: [
        (KernelFacts.Symbols.notAsked, "Linux 6.1, as asked for", "Linux 6.1 is not in 6.19.."),
        (
            .unreadable("cannot open /proc/kallsyms"),
            "Linux 6.1, told by its version alone: cannot open /proc/kallsyms",
            "Linux 6.1 is not in 6.19.., and its symbols could not be read"
        ),
    ])
    func `without symbols the version decides alone, and that is said`(
        symbols: KernelFacts.Symbols, said: String, why: String
    ) throws {
        let facts = KernelFacts(KernelVersion(major: 6, minor: 1), symbols: symbols)
        let policy = try load(try ProjectFile.text("rules/90-doe-audit.rules"), facts)
        #expect(policy.kernel?.description == said)
        #expect(policy.classify(.discovery).objectClass == .kernelExpected)
        #expect(policy.classify(.spdm).objectClass == .published)
        #expect(policy.kernelReason(of: .spdm)?.sentence == why)
    }

    @Test func `symbols alone make nothing kernel-expected`() throws {
        let policy = try load("object 0001:01 published \"x\"\nallow", try kernel("6.19", Self.tsm))
        #expect(policy.classify(.spdm).objectClass == .published)
        #expect(policy.classify(.discovery).objectClass == .unknown)
        #expect(policy.kernelReason(of: .spdm) == nil && policy.kernelReasons == [nil])
    }

    @Test func `of a pattern each object counts for itself`() throws {
        let text = """
            object 0001:* published "all" kernel 6.19..
            object 0001:0? published "some" kernel 7.0..
            object abcd:* published "ours" kernel 6.0..
            object 1e98:00 compliance "shut"
            """
        let policy = try load(text, try kernel("6.12", Self.tsm, .known(["tsm0"])))
        func classify(_ object: String) throws -> ObjectClass {
            policy.classify(try #require(ObjectID(object))).objectClass
        }
        // The line with more digits says what it is, and 6.12 has what it names.
        #expect(try classify("0001:01") == .kernelExpected && classify("0001:03") == .published)
        #expect(try classify("0001:13") == .published && classify("abcd:07") == .kernelExpected)
        #expect(policy.kernelReason(of: .compliance) == nil)
        #expect(
            policy.kernelReasons.map { $0?.description } == [
                "not kernel-expected: Linux 6.12 is not in 6.19..; 0001:00 kernel-expected: Linux 6.12 is not in 6.19.., "
                    + "but has it: pci_doe; 0001:01 kernel-expected: Linux 6.12 is not in 6.19.., but has it: "
                    + "/sys/class/tsm/tsm0; 0001:02 kernel-expected: Linux 6.12 is not in 6.19.., but has it: "
                    + "/sys/class/tsm/tsm0",
                "not kernel-expected: Linux 6.12 is not in 7.0..; 0001:00 kernel-expected: Linux 6.12 is not in 7.0.., "
                    + "but has it: pci_doe; 0001:01 kernel-expected: Linux 6.12 is not in 7.0.., but has it: "
                    + "/sys/class/tsm/tsm0; 0001:02 kernel-expected: Linux 6.12 is not in 7.0.., but has it: "
                    + "/sys/class/tsm/tsm0",
                "kernel-expected: Linux 6.12 is in 6.0..", nil,
            ])
    }

    /// Promise 10: whatever kernel runs, and whatever it was built with.
    @Test func `no kernel opens anything to a client that the shipped rules do not name`() throws {
        let text = try ProjectFile.text("rules/90-doe-audit.rules")
        let named = ["0001:00", "0001:01", "0001:02", "1e98:02"]
        let root = client(uid: .known(0), groups: .known([0]))
        let reference = Judge(try load(text, KernelFacts(KernelVersion(major: 6, minor: 12))))
        var seen: Set<String> = []
        for version in ["5.14", "6.1", "6.12", "6.19", "9.0"] {
            let symbolsOfKernels = [[], Self.doe, Self.cxl, Self.tsm, Self.cma, Self.doe + ["pci_tsm_register"]]
            for (symbols, managers) in symbolsOfKernels.flatMap({ symbols in
                [Fact<[String]>.unknown, .known([]), .known(["tsm0"])].map { (symbols, $0) }
            }) {
                let judge = Judge(try load(text, try kernel(version, symbols, managers)))
                for object in ObjectsToTry.allWhereFast {
                    let isExpected = judge.policy.classify(object).objectClass == .kernelExpected
                    if isExpected { seen.insert("\(object)") }
                    if isExpected, !named.contains("\(object)") { Issue.record("\(version): \(object)") }
                    guard isExpected || named.contains("\(object)") else { continue }
                    for asking in [client(), root] {
                        let asked = Inquiry(
                            road: .proxy, mailbox: cxlMailbox, client: asking, mode: .production, object: object)
                        let (decision, before) = (judge.decide(asked), reference.decide(asked))
                        #expect(decision.verdict == before.verdict && decision.taint == before.taint)
                    }
                }
            }
        }
        #expect(seen == Set(named))
    }
}
