import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

/// What promise 10 of the design says of the rules that come with doe-audit.
@Suite struct ShippedRulesTests {
    private let text: String

    init() throws { text = try ProjectFile.text("rules/90-doe-audit.rules") }

    private func judge(
        _ major: UInt32 = 6, _ minor: UInt32 = 12, _ enforcement: Enforcement = .enforcing
    ) throws -> Judge {
        let loaded = try policy(text, kernel: KernelVersion(major: major, minor: minor))
        #expect(loaded.warnings == [])
        return Judge(loaded, enforcement: enforcement)
    }

    private let root = client(uid: .known(0), groups: .known([0]))

    @Test func `objects have one name, in the rules and in the catalogue that needs no rules`() throws {
        let policy = try judge().policy
        for (object, name) in PublishedObjects.all {
            #expect(policy.classify(object).name == name)
        }
    }

    @Test(arguments: ["0001:00", "1e98:02"])
    func `everybody may use discovery and CDAT, root too`(object: String) throws {
        for asking in [client(), root, client(unit: .known("any.service"))] {
            let decision = try judge().decide(try inquiry(object, client: asking))
            #expect(decision.verdict == .allow)
            // Only root asks the device; the others get a copy.
            #expect(decision.asksDevice == (asking == root))
            #expect(decision.taint == [])
            #expect(decision.objectClass == .kernelExpected)
        }
        let tcp = client(uid: .none, via: .known(.tcp))
        #expect(try judge().decide(try inquiry(object, client: tcp)).reason == .defaultDeny)
        // Whom the kernel does not name might be root, or not.
        #expect(try judge().decide(try inquiry(object, client: Client())).verdict == .deny)
    }

    @Test(arguments: ["10de:00", "8086:0b", "1efd:08", "ffff:ff"])
    func `vendor objects pass for root with a warning and a taint, and for nobody else`(object: String) throws {
        let decision = try judge().decide(try inquiry(object, client: root))
        #expect(decision.verdict == .warn)
        #expect(decision.taint == .vendor)
        #expect(decision.objectClass == .vendor)
        #expect(try judge().decide(try inquiry(object)).reason == .defaultDeny)
        let inside = try judge().decide(
            try inquiry(object, client: client(uid: .known(0), container: .known("5f2c0c9e3b1d"))))
        #expect(inside.reason == .defaultDeny)
        let somewhere = try judge().decide(try inquiry(object, client: client(uid: .known(0), container: .unknown)))
        #expect(somewhere.verdict == .deny && somewhere.sentence.contains("unknown container"))
        let nobodyKnows = try judge().decide(try inquiry(object, client: client(uid: .unknown)))
        #expect(nobodyKnows.verdict == .deny)
        #expect(nobodyKnows.sentence.contains("unknown uid"))
    }

    @Test(arguments: [
        "0001:01", "0001:02", "0001:03", "0001:04", "0001:05", "0001:06", "0001:ff", "1e98:01", "1e98:03",
    ])
    func `all else is refused, for root too, under every kernel`(object: String) throws {
        for (major, minor) in [(6, 0), (6, 12), (6, 19), (7, 3), (9, 0)] as [(UInt32, UInt32)] {
            for asking in [client(), root] {
                let decision = try judge(major, minor).decide(try inquiry(object, client: asking))
                #expect(decision.reason == .defaultDeny, "\(major).\(minor)")
            }
        }
    }

    @Test(arguments: Mode.allCases, Enforcement.allCases)
    func `of all objects clients get two, and root the vendors' with a warning`(
        mode: Mode, enforcement: Enforcement
    ) throws {
        let judge = try judge(6, 12, enforcement)
        let tcp = client(uid: .none, groups: .none, exe: .none, via: .known(.tcp))
        let kernel = Client(via: .none, pid: .none, uid: .none, groups: .none, exe: .none, unit: .none)
        let askers: [(Client, Road)] = [(client(), .proxy), (root, .proxy), (tcp, .proxy), (kernel, .kernel)]
        for object in ObjectsToTry.allWhereFast {
            for (asking, road) in askers {
                let asked = Inquiry(road: road, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
                let expected: Verdict =
                    if asking == tcp {
                        .deny
                    } else if object == .discovery || object == .tableAccess {
                        .allow
                    } else {
                        asking == root && object.vendor != 0x0001 && object.vendor != 0x1e98 ? .warn : .deny
                    }
                let decision = judge.decide(asked)
                let verdict = decision.would ?? decision.verdict
                if verdict != expected { Issue.record("\(object) \(asking.uid) \(road): \(verdict)") }
                // Permissive passes what is refused, but not on the kernel's road nor over TCP, and never compliance.
                let passes =
                    enforcement == .permissive && expected == .deny && road == .proxy && asking != tcp
                    && object != .compliance
                if (decision.would != nil) != passes || passes && decision.verdict != .warn {
                    Issue.record("\(object) \(asking.uid) \(road): \(decision.sentence)")
                }
            }
        }
    }

    @Test func `a kernel upgrade changes nothing for clients`() throws {
        let old = try judge(5, 10)
        let new = try judge(9, 0)
        for vendor in [0x0001, 0x1e98, 0x8086, 0x1efd, 0x10de] as [UInt16] {
            for type in UInt8.min...UInt8.max {
                for asking in [client(), root] {
                    let object = "\(ObjectID(vendor: vendor, type: type))"
                    let asked = try inquiry(object, client: asking)
                    #expect(old.decide(asked).verdict == new.decide(asked).verdict)
                    #expect(old.decide(asked).taint == new.decide(asked).taint)
                }
            }
        }
    }

    @Test func `the rules keep what their expectations say, under every kernel`() throws {
        let file = RuleFile(path: "90-doe-audit.expect", text: try ProjectFile.text("rules/90-doe-audit.expect"))
        let expected = try Expectations.load(files: [file], resolver: TestNames())
        #expect(expected.count > 50)
        for (major, minor) in [(5, 10), (6, 0), (6, 12), (6, 19), (9, 0)] as [(UInt32, UInt32)] {
            #expect(
                expected.differences(under: try judge(major, minor), at: testTime).map(\.description) == [],
                "\(major).\(minor)")
        }
        // The expectations test something: without the rules they are not met.
        #expect(!expected.differences(under: Judge(.denyAll(generation: 0)), at: testTime).isEmpty)
    }

    @Test func `what a vendor put into SPDM passes for nobody`() throws {
        for sample in RequestSample.vendorDefined {
            for asking in [client(), root] {
                let asked = Inquiry(
                    road: .proxy, mailbox: cxlMailbox, client: asking, mode: .production, request: try sample.request)
                #expect(try judge().decide(asked).reason == .defaultDeny)
                #expect(try judge(6, 19).decide(asked).reason == .defaultDeny)
            }
        }
    }

    @Test func `no false alarm on the shipped rules, nor on any example of the page about rules`() throws {
        for (major, minor) in [(4, 19), (5, 19), (6, 0), (6, 12), (6, 19), (9, 0)] as [(UInt32, UInt32)] {
            #expect(try judge(major, minor).policy.lint(at: testTime) { _ in true } == [])
        }
        var examples: [String] = []
        for block in try ProjectFile.text("docs/rules.md").components(between: "```\n") {
            let words = block.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            let first = words.first { $0 != "#" }
            guard let first, ["allow", "warn", "deny", "object", "set"].contains(first), !block.contains(".expect")
            else {
                continue
            }
            examples.append(block)
            let loaded = try Policy.load(
                files: [
                    RuleFile(path: "50-example.rules", text: block), RuleFile(path: "90-doe-audit.rules", text: text),
                ], kernel: testKernel, resolver: EveryName(), generation: 0)
            #expect(loaded.lint(at: testTime) { _ in true }.map(\.description) == [], "\(block)")
        }
        #expect(examples.count >= 3)
    }

    @Test func `the examples of the page about rules are what the page expects of them`() throws {
        let blocks = try ProjectFile.text("docs/rules.md").components(between: "```\n")
        func files(_ ending: String) -> [RuleFile] {
            blocks.filter { $0.hasPrefix("# /etc/doe-audit/rules.d/") && $0.contains(ending) }
                .map { RuleFile(path: "50-example\(ending)", text: $0) }
        }
        let rules = files(".rules") + [RuleFile(path: "90-doe-audit.rules", text: text)]
        let expected = try Expectations.load(files: files(".expect"), resolver: EveryName())
        let judge = Judge(try Policy.load(files: rules, kernel: testKernel, resolver: EveryName(), generation: 0))
        #expect(rules.count == 4 && expected.count == 6)
        #expect(expected.differences(under: judge, at: testTime).map(\.description) == [])
    }

    @Test func `compliance is refused by the gatekeeper`() throws {
        for mode in Mode.allCases {
            let decision = try judge().decide(try inquiry("1e98:00", client: root, mode: mode))
            #expect(decision.decidedBy == "gatekeeper")
            #expect(decision.taint == .complianceAttempted)
        }
    }

    @Test func `what the running kernel is known to do is no news, on its own road only`() throws {
        let kernel = Client(via: .none, pid: .none, uid: .none, groups: .none, exe: .none, unit: .none)
        let asked = try inquiry("0001:01", client: kernel, road: .kernel)
        #expect(try judge(6, 12).decide(asked).verdict == .deny)
        #expect(try judge(6, 19).decide(asked).verdict == .allow)
        #expect(try judge(6, 19).decide(try inquiry("0001:01", client: root)).verdict == .deny)
        #expect(try judge(6, 19).decide(try inquiry("0001:00", client: root, road: .bypass)).verdict == .deny)
    }

    @Test(arguments: [
        ("0001:00", "DOE Discovery"), ("0001:01", "CMA/SPDM"), ("0001:02", "Secured CMA/SPDM"),
        ("0001:03", "CMA/SPDM with connection id"), ("0001:04", "Secured CMA/SPDM with connection id"),
        ("0001:05", "Async Message"), ("1e98:00", "CXL Compliance Mode"), ("1e98:02", "CXL Table Access (CDAT)"),
    ])
    func `the known objects have their names`(object: String, name: String) throws {
        #expect(try judge().policy.classify(try #require(ObjectID(object))).name == name)
    }
}

/// Every user and every group exists.
private struct EveryName: NameResolver {
    func user(named name: String) -> NameLookup { .id(4711) }
    func group(named name: String) -> NameLookup { .id(4712) }
}

extension String {
    /// What stands between the first mark and the second, the third and the fourth, and so on.
    fileprivate func components(between mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let start = rest.firstRange(of: mark), let end = rest[start.upperBound...].firstRange(of: mark) {
            parts.append(String(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return parts
    }
}
