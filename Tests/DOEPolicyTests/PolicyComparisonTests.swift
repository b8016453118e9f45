import DOEObjects
import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct PolicyComparisonTests {
    private func compare(_ old: String, _ new: String) throws -> PolicyComparison {
        PolicyComparison(of: try policy(old), with: try policy(new), from: testTime)
    }

    private func words(_ comparison: PolicyComparison) -> [String] {
        comparison.differences.map { "\($0.effect) \($0.before.decidedBy) \($0.now.decidedBy)" }
    }

    @Test func `what changes is told by its effect and by both rules, what opens first`() throws {
        let found = try compare(
            "allow object=0001:00\nwarn object=abcd:07 uid=0\nallow object=abcd:08 uid=0\n",
            "warn object=0001:00\ndeny object=abcd:08\nallow object=abcd:{07,09} uid=0\n")
        #expect(
            words(found) == [
                "newlyAllowed default t.rules:3", "quieter t.rules:2 t.rules:3", "newlyRefused t.rules:3 t.rules:2",
                "louder t.rules:1 t.rules:1",
            ])
        #expect(found.isWhole)
        #expect(found.differences.first?.request.hasPrefix("object=abcd:09 uid=0") == true)
    }

    @Test(arguments: [
        ("allow uid={0,1000}", "allow uid=0\nallow uid=1000"), ("deny", ""),
        ("allow uid=0 user=root", "allow user=root"),
        ("allow object=0001:*", "allow object=0001:?0\nallow object=0001:*"),
        ("allow class=vendor uid=5", "allow class=vendor uid=5\nwarn class=vendor uid=5 exe=/usr/bin/a"),
        ("warn device=10de:*\nwarn device!=10de:*", "warn"), ("allow container=*\nallow container=none", "allow"),
        ("allow until=2027-01-01 uid=0", "allow until=2027-01-01T00:00:00Z uid=0"),
        ("deny group=lab\nallow group!=lab", "deny group=lab\nallow"),
        ("deny object=1e98:00", "allow object=1e98:00 mode=production"),
        ("allow mailbox=0000:0d:00.0@* uid=0", "allow address=0000:0d:00.0 uid=0"),
    ])
    func `rules that say the same in other words make no difference`(old: String, new: String) throws {
        let found = try compare(old, new)
        #expect(words(found) == [] && found.isWhole)
    }

    @Test(arguments: [
        ("allow device=10de:*", "allow device=10de:?*"), ("allow exe=/a/*", "allow exe=/a/b*"),
        ("deny", "allow via=tcp"),
        ("allow uid=1..9", "allow uid=1..10"), ("allow road=bypass", ""), ("allow mode=bring-up", ""),
        ("allow group=lab", "allow group={lab,50}"), ("allow until=2027-01-01", "allow until=2027-01-02"),
        ("allow mode=bring-up object=1e98:00", "allow mode=bring-up object=1e98:00 compliance!=inject-crc"),
        ("allow object=0001:01 uid=0", "deny spdm=TDISP.*\nallow object=0001:01 uid=0"),
        (
            "object 0001:01 published \"s\"\nallow class=published",
            "object 0001:01 published \"s\"\nallow object=0001:01"
        ),
        ("allow object=abcd:07", "object abcd:07 compliance \"ours\"\nallow object=abcd:07"),
        ("allow serial=none", "allow"),
    ])
    func `a difference is found wherever it is`(old: String, new: String) throws {
        let found = try compare(old, new)
        // `10de:?*` is `10de:*` in other words.
        #expect(words(found).isEmpty == old.contains("10de"), "\(words(found))")
        #expect(found.differences.allSatisfy { $0.request.contains(" at ") == old.contains("until") })
        #expect(found.differences.allSatisfy { !$0.request.contains("UTC UTC") }, "\(found.differences)")
        #expect(found.isWhole)
    }

    @Test(arguments: [
        ("allow object=0001:01 spdm=0x*", "allow object=0001:01 spdm=0x9?"),
        ("allow object=0001:01 spdm=0x*", ""), ("allow object=0001:01 spdm=0x8?", "allow object=0001:01 spdm=0x80"),
        ("allow object=0001:01 spdm=IDE_KM.0x*", ""), ("allow object=0001:01 spdm=IDE_KM.0x*", "allow spdm=*0x?a"),
        ("deny object=0001:01 spdm=IANA.*\nallow object=0001:01", "allow object=0001:01"),
        ("allow object=0001:01 spdm=DMTF-DSP.*", "allow object=0001:01 spdm=DMTF-DSP.0?*"),
        ("allow object=0001:01 spdm=standard-*", "allow object=0001:01 spdm=standard-1*"),
        ("allow object=1e98:00 compliance=0x* mode=bring-up", "allow object=1e98:00 compliance=0x2? mode=bring-up"),
        ("allow object=1e98:00 mode=bring-up", "deny compliance=0xff\nallow object=1e98:00 mode=bring-up"),
        ("allow object=1e98:00 mode=bring-up", "deny compliance=halt-all\nallow object=1e98:00 mode=bring-up"),
        ("allow object=0001:01", "deny spdm=CXL-IDE_KM.0x03\nallow object=0001:01"),
        (
            "object 0001:01 published \"s\" dwords 9..12\ndeny spdm=GET_VERSION\nallow object=0001:01",
            "object 0001:01 published \"s\" dwords 9..12\nallow object=0001:01"
        ),
        (
            "object 1e98:00 compliance \"c\" dwords 20..\ndeny compliance=media-poison\nallow mode=bring-up",
            "object 1e98:00 compliance \"c\" dwords 20..\nallow mode=bring-up"
        ),
    ])
    func `requests that no word names are tried as well`(old: String, new: String) throws {
        for (old, new) in [(old, new), (new, old)] {
            let found = try compare(old, new)
            #expect(found.isWhole && !found.differences.isEmpty, "\(old) | \(new)")
        }
    }

    @Test(arguments: [
        ("allow object=0001:01 spdm=0x*", "allow object=0001:01 spdm=0x{8,9,a,b,c,d,f}?"),
        ("allow object=1e98:00 mode=production compliance=0x*", ""),
        ("allow object=0001:01 spdm=TDISP.0x*", "allow spdm=TDISP.0x??"),
    ])
    func `other words for the same requests make no difference`(old: String, new: String) throws {
        let found = try compare(old, new.replacing("allow spdm", with: "allow object=0001:01 spdm"))
        #expect(found.isWhole && words(found) == [])
    }

    @Test(arguments: [RuleKey.spdm, .compliance])
    func `every code without a name is one way or another tried`(key: RuleKey) throws {
        let object = key == .spdm ? "0001:01" : "1e98:00"
        let codes = (key == .spdm ? RuleKey.unnamedSPDMCodes : RuleKey.unnamedComplianceCodes).flatMap(\.self)
        for code in codes + key.requestNames where key.isValue(code) || key.isWord(code) {
            // The first stands for many, and has more to it; the others are beside the objects.
            if ["VENDOR_DEFINED_REQUEST", "OOB_KEY_UPDATE", "OOB_ENDPOINT_INFO"].contains(code) { continue }
            var inquiry = Inquiry(
                road: .proxy, client: Client(via: .known(.unix)), mode: .bringUp, object: try #require(ObjectID(object))
            )
            #expect(inquiry.ask(code, as: key) && inquiry.requestNames.last == code)
            // Of this one another version is tried.
            #expect(code == "halt-all" || inquiry.request?.embeddedHeaders == EmbeddedHeaders(), "\(code)")
        }
        // All that are told apart at once.
        let some = codes.filter { key.isValue($0) }.enumerated().filter { $0.offset % 197 == 5 }.map(\.element)
        for code in some {
            let allowing = "allow object=\(object) mode=bring-up"
            let found = try compare(allowing, "deny \(key.word)=\(code)\n\(allowing)")
            #expect(found.isWhole && found.differences.count == 1 && found.differences[0].request.contains(code))
        }
    }

    @Test func `patterns that nobody would wait for end the search`() throws {
        let units = (0..<20).map { "*\($0)a*b*c.service" }.joined(separator: ",")
        #expect(!(try compare("allow object=10de:01 uid=0 unit={\(units)}", "")).isWhole)
        var search = TextSearch(stepLimit: 100)
        let globs = ["*a*b", "*b*a"].map { text in
            Glob(elements: text.utf8.map { $0 == 0x2a ? Glob.many : Glob.Element($0) }, stopsAtSlash: false)
        }
        #expect(search.find(globs, of: RuleKey.container.shapes, .container) == nil)
    }

    @Test func `what was not wholly tried says so`() throws {
        let (old, new) = (try policy("allow uid=0"), try policy("allow uid=0"))
        #expect(!PolicyComparison(of: old, with: new, from: testTime, askLimit: 100).isWhole)
    }

    @Test func `what has ended makes no difference, and what ends is tried from now on`() throws {
        let object = "allow object=abcd:07 uid=0"
        #expect(words(try compare("\(object) until=2026-11-28T17:00:00Z", "")) == [])
        #expect(words(try compare("\(object) until=2025-01-01", "\(object) until=2026-01-01")) == [])
        let ending = try compare("\(object) until=2027-01-31", object).differences.map(\.request)
        #expect(ending.count == 1 && ending[0].hasSuffix(" at 2027-01-31 00:00:00 UTC"), "\(ending)")
        let beginning = try compare("\(object) until=2027-01-31", "").differences.map(\.request)
        #expect(beginning.count == 1 && beginning[0].hasSuffix(" at 2026-11-28 17:00:00 UTC"), "\(beginning)")
    }

    @Test func `an example names what there can be`() throws {
        for (old, new) in [
            ("allow object=abcd:07", "deny device!=none\nallow object=abcd:07"),
            ("allow object=abcd:07 device=0000:*", ""), ("allow object=abcd:07 device=ffff:*", ""),
            ("allow object=abcd:07", "deny container!=none\ndeny driver=*\nallow object=abcd:07"),
        ] {
            let found = try compare(old, new).differences.map(\.request)
            #expect(!found.isEmpty, "\(old)")
            for request in found {
                for word in request.split(separator: " ") where !word.hasSuffix("=none") {
                    let parts = word.split(separator: "=").map(String.init)
                    guard let key = RuleKey(parts[0]), !key.shapes.isEmpty else { continue }
                    #expect(FactValue.obstacle(to: parts[1], as: parts[0]) == nil, "\(request)")
                }
            }
        }
    }

    @Test func `a name of another host stands in an example, and not the number that was made up for it`() throws {
        func load(_ text: String, _ names: PortableNames) throws -> Policy {
            try Policy.load(
                files: [RuleFile(path: "t.rules", text: text)], kernel: testKernel, resolver: names, generation: 0)
        }
        let names = PortableNames()
        let found = PolicyComparison(
            of: try load("allow object=abcd:07 group=gpu-tools\nallow object=abcd:08 user=alice\n", names),
            with: try load("", names), from: testTime, names: names)
        let requests = found.differences.map(\.request)
        #expect(requests.contains { $0.contains(" group=gpu-tools") && !$0.contains("21474") }, "\(requests)")
        #expect(requests.contains { $0.contains(" user=alice") && !$0.contains("21474") }, "\(requests)")
        let told = PortableNames(user: "alice", number: 1000)
        let other = PolicyComparison(
            of: try load("allow object=abcd:08 user=alice\n", told), with: try load("", told), from: testTime,
            names: told)
        #expect(other.differences.map(\.request).contains { $0.contains(" uid=1000 user=alice") })
    }

    @Test func `what passes under a lease alone says so`() throws {
        let found = try compare("allow object=1e98:00 mode=bring-up uid=0", "").differences.map(\.request)
        #expect(!found.isEmpty && found.allSatisfy { $0.hasSuffix(", under a lease") }, "\(found)")
        let other = try compare("allow object=abcd:07 mode=bring-up uid=0", "").differences.map(\.request)
        #expect(!other.isEmpty && other.allSatisfy { !$0.contains("lease") }, "\(other)")
    }

    @Test func `other lengths are told`() throws {
        let found = try compare("object abcd:07 vendor \"x\" dwords 3", "object abcd:07 vendor \"x\" dwords 3..4")
        #expect(found.lengths.map { "\($0.object) \($0.before) \($0.now)" } == ["abcd:07 3 dwords 3..4 dwords"])
    }

    @Test func `no difference means that no request gets another verdict`() throws {
        let seed: UInt64 = 53
        var generator = SeededGenerator(seed: seed)
        var seen = (same: 0, other: 0)
        for round in 0..<NaiveComparisonTests.rounds / 40 {
            let rules = Array(NaiveGenerator.rules(&generator).prefix(3))
            var changed = rules
            switch round % 3 {
            case 0: changed.append(contentsOf: changed.prefix(1))
            case 1: changed.swapAt(0, changed.count - 1)
            default: changed.removeLast()
            }
            let (old, new) = (try load(rules), try load(changed))
            let found = PolicyComparison(of: old, with: new, from: Timestamp(microseconds: 0), askLimit: 12_000)
            guard found.isWhole else { continue }
            if round % 3 == 0 { #expect(words(found) == [], "a rule again at the end decides nothing") }
            for difference in found.differences { #expect(difference.before.verdict != difference.now.verdict) }
            guard found.differences.isEmpty else {
                seen.other += 1
                continue
            }
            seen.same += 1
            for _ in 0..<60 {
                let inquiry = NaiveGenerator.inquiry(&generator)
                guard inquiry.unknownKeys == 0 || inquiry.request == nil && inquiry.unknownKeys & ~Self.ofRequests == 0
                else { continue }
                let (before, now) = (Judge(old).decide(inquiry), Judge(new).decide(inquiry))
                try #require(
                    before.verdict == now.verdict, "seed \(seed) round \(round) \(rules.map(\.text)) \(inquiry)")
            }
        }
        #expect(seen.same > 0, "\(seen)")
    }

    private static let ofRequests = RuleKey.spdm.bit | RuleKey.compliance.bit

    private func load(_ rules: [NaiveRule]) throws -> Policy {
        try policy(rules.map { $0.text + "\n" }.joined() + NaiveComparisonTests.objectLines)
    }
}
