import DOEObjects
import DOEWords
import Glibc
import Testing

@testable import DOEPolicy

private struct Missing: Error { let path: String }

/// What promise 10 of the design says of the rules that come with doe-audit.
@Suite struct ShippedRulesTests {
    private let text: String

    init() throws {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = folder.joined(separator: "/") + "/rules/90-doe-audit.rules"
        guard let file = unsafe fopen(path, "r") else { throw Missing(path: path) }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        text = String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func judge(_ major: UInt32 = 6, _ minor: UInt32 = 12) throws -> Judge {
        let loaded = try policy(text, kernel: KernelVersion(major: major, minor: minor))
        #expect(loaded.warnings == [])
        return Judge(loaded)
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
        for asking in [client(), root, client(unit: .known("any.service")), Client()] {
            let decision = try judge().decide(try inquiry(object, client: asking))
            #expect(decision.verdict == .allow)
            #expect(decision.taint == [])
            #expect(decision.objectClass == .kernelExpected)
        }
        let tcp = client(uid: .none, via: .known(.tcp))
        #expect(try judge().decide(try inquiry(object, client: tcp)).reason == .defaultDeny)
    }

    @Test(arguments: ["10de:00", "8086:0b", "1efd:08", "ffff:ff"])
    func `vendor objects pass for root with a warning and a taint, and for nobody else`(object: String) throws {
        let decision = try judge().decide(try inquiry(object, client: root))
        #expect(decision.verdict == .warn)
        #expect(decision.taint == .vendor)
        #expect(decision.objectClass == .vendor)
        #expect(try judge().decide(try inquiry(object)).reason == .defaultDeny)
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

    @Test(arguments: Mode.allCases)
    func `of all objects clients get two, and root the vendors' with a warning`(mode: Mode) throws {
        let judge = try judge()
        for object in ObjectsToTry.all {
            for asking in [client(), root] {
                let asked = Inquiry(road: .proxy, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
                let expected: Verdict =
                    if object == .discovery || object == .tableAccess {
                        .allow
                    } else {
                        asking == root && object.vendor != 0x0001 && object.vendor != 0x1e98 ? .warn : .deny
                    }
                let verdict = judge.decide(asked).verdict
                if verdict != expected { Issue.record("\(object) \(asking.uid): \(verdict)") }
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
