import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct ObjectLineTests {
    private func classify(_ object: String, _ text: String, kernel: KernelVersion = testKernel) throws -> String {
        let id = try #require(ObjectID(object))
        let (objectClass, name) = try policy(text, kernel: kernel).classify(id)
        return "\(objectClass) \(name)"
    }

    @Test(arguments: [
        ("0001:77", "unknown unknown object of PCI-SIG"), ("1e98:77", "unknown unknown object of the CXL Consortium"),
        ("0001:01", "unknown CMA/SPDM"), ("1e98:02", "unknown CXL Table Access (CDAT)"),
        ("8086:0b", "vendor Intel microcode staging"),
        ("10de:00", "vendor vendor-specific object"), ("ffff:ff", "vendor vendor-specific object"),
        ("1e98:00", "compliance CXL Compliance Mode"),
    ])
    func `without an object line the vendor id decides`(object: String, expected: String) throws {
        #expect(try classify(object, "") == expected)
    }

    @Test func `nothing makes 1e98:00 anything but compliance`() throws {
        #expect(try classify("1e98:00", "object 1e98:* published \"all\" kernel 6.0..") == "compliance all")
        #expect(try classify("1e98:00", "object * unknown \"x\"\nobject 1e98:0? vendor \"y\"").hasPrefix("compliance"))
    }

    @Test func `the pattern with more digits wins, then the earlier line`() throws {
        let text = """
            object * unknown "any"
            object abcd:* vendor "vendor"
            object abcd:0? published "zero"
            object abcd:07 compliance "seven"
            object abcd:07 unknown "late"
            object ?bcd:08 unknown "digits"
            object 1?cd:08 vendor "later"
            """
        #expect(try classify("abcd:07", text) == "compliance seven")
        #expect(try classify("abcd:01", text) == "published zero")
        #expect(try classify("abcd:10", text) == "vendor vendor")
        #expect(try classify("0001:00", text) == "unknown any")
        #expect(try classify("1bcd:08", text) == "unknown digits")
        #expect(try classify("10cd:08", text) == "vendor later")
    }

    @Test func `the earlier file wins between equal patterns`() throws {
        let loaded = try Policy.load(
            files: [
                RuleFile(path: "50-a.rules", text: "object 0001:05 vendor \"ours\"\n"),
                RuleFile(path: "90-b.rules", text: "object 0001:05 published \"Async Message\"\n"),
            ], kernel: testKernel, resolver: TestNames(), generation: 1)
        #expect(loaded.classify(try #require(ObjectID("0001:05"))).name == "ours")
    }

    @Test(arguments: [
        (6, 18, "published x"), (6, 19, "kernel-expected x"), (7, 0, "kernel-expected x"), (7, 3, "kernel-expected x"),
        (7, 4, "published x"), (5, 99, "published x"),
    ])
    func `the running kernel decides what is expected of it`(major: UInt32, minor: UInt32, expected: String) throws {
        let kernel = KernelVersion(major: major, minor: minor)
        #expect(try classify("0001:01", "object 0001:01 published \"x\" kernel 6.19..7.3", kernel: kernel) == expected)
    }

    @Test func `a star lies over digits and colon alike`() throws {
        func masks(_ pattern: String) -> Set<ObjectMask> {
            ObjectMask.masks(
                of: Glob(
                    elements: pattern.utf8.map {
                        $0 == UInt8(ascii: "*") ? Glob.many : $0 == UInt8(ascii: "?") ? Glob.one : UInt16($0)
                    }, stopsAtSlash: false))
        }
        #expect(masks("1e98:02") == [ObjectMask(mask: 0xffffff, value: 0x1e9802)])
        #expect(masks("1e*2") == [ObjectMask(mask: 0xff000f, value: 0x1e0002)])
        #expect(masks("*") == [ObjectMask(mask: 0, value: 0)])
        #expect(masks("????:??") == [ObjectMask(mask: 0, value: 0)])
        #expect(masks("???????") == [ObjectMask(mask: 0, value: 0)])
        #expect(masks("*0*").count == 6)
        #expect(masks("*:*:*") == [])
        #expect(masks("1e98") == [])
        #expect(masks("?1?e?*?*?*?*?*?*?*?*?*?*?*?*") == [])
    }

    @Test func `object lines classify as a naive reading of them does`() throws {
        let seed: UInt64 = 7
        var generator = SeededGenerator(seed: seed)
        let patterns = [
            ["*"], ["1e98:*"], ["1e98:0?"], ["abcd:07"], ["?bcd:*"], ["*:07"], ["*7"], ["1e*"], ["????:0?"], ["a*0*"],
            ["1e98:02"], ["abcd:0?"], ["abc?:07"], ["1e98:02", "1e98:07", "abcd:02", "abcd:07"], ["0001:00", "abcd:*"],
        ]
        let objects = ["1e98:00", "1e98:02", "1e98:07", "abcd:07", "abcd:02", "abcd:70", "0001:00", "1bcd:07"]
        for round in 0..<500 {
            let lines = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                (generator.pick(patterns), generator.pick([ObjectClass.published, .vendor, .unknown, .compliance]))
            }
            let text = lines.enumerated().map { number, line in
                let pattern = line.0.count == 1 ? line.0[0] : "{\(line.0.joined(separator: ","))}"
                return "object \(pattern) \(line.1) \"\(number)\"\n"
            }.joined()
            let loaded = try policy(text)
            for object in objects {
                let id = try #require(ObjectID(object))
                var expected: (objectClass: ObjectClass, digits: Int)?
                for (alternatives, objectClass) in lines {
                    for pattern in alternatives
                    where NaiveJudge.glob(Substring(pattern), Substring(object), stopsAtSlash: false) {
                        let digits = pattern.count { $0.isHexDigit }
                        if digits > expected?.digits ?? -1 { expected = (objectClass, digits) }
                    }
                }
                let isStandard = id.vendor == 0x0001 || id.vendor == 0x1e98
                let otherwise: ObjectClass = isStandard ? .unknown : .vendor
                let wanted = id == .compliance ? .compliance : expected?.objectClass ?? otherwise
                #expect(loaded.classify(id).objectClass == wanted, "seed \(seed) round \(round): \(object)\n\(text)")
            }
        }
    }

    @Test func `object masks hold what globs match`() throws {
        let seed: UInt64 = 6
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            var pattern = ""
            let object = ObjectID(
                vendor: generator.pick([0x0001, 0x1e98, 0xabcd]), type: generator.pick([0x00, 0x01, 0x0b, 0xbb]))
            for character in object.description {
                switch Int.random(in: 0...5, using: &generator) {
                case 0: pattern += "?"
                case 1: if pattern.last != "*" { pattern += "*" }
                case 2: pattern += generator.pick(["0", "1", ":", "b", ""])
                default: pattern.append(character)
                }
            }
            let glob = Glob(
                elements: pattern.utf8.map {
                    $0 == UInt8(ascii: "*") ? Glob.many : $0 == UInt8(ascii: "?") ? Glob.one : UInt16($0)
                }, stopsAtSlash: false)
            let held = ObjectMask.masks(of: glob).contains { $0.contains(object) }
            #expect(held == glob.matches(object.description), "seed \(seed): \(pattern) on \(object)")
        }
    }
}
