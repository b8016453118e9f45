import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct ExpectationTests {
    private func load(_ text: String) throws -> Expectations {
        try Expectations.load(files: [RuleFile(path: "/etc/t.expect", text: text)], resolver: TestNames())
    }

    private func differences(_ rules: String, _ expected: String) throws -> [String] {
        try load(expected).differences(under: Judge(policy(rules)), at: testTime).map(\.description)
    }

    @Test func `what is met is no difference, and what is not says why`() throws {
        let rules = "allow object=0001:00\nwarn object=abcd:* uid=0 because \"root may\"\n"
        #expect(try differences(rules, "# c\nallow object=0001:00 uid=7\nwarn object=abcd:07 uid=0 taint V\n") == [])
        #expect(
            try differences(rules, "\n allow object=abcd:07 uid={0,5} because \"ticket\"") == [
                "/etc/t.expect:2:2: expected allow (\"ticket\") for object=abcd:07 uid=0: it is warn, class vendor, taint V: "
                    + "allowed with a warning by rule t.rules:2: \"root may\"",
                "/etc/t.expect:2:2: expected allow (\"ticket\") for object=abcd:07 uid=5: it is deny, class vendor: "
                    + "no rule allows abcd:07 (vendor-specific object): default deny",
            ])
        #expect(try differences(rules, "warn object=abcd:07 uid=0 taint A").count == 1)
        #expect(try differences(rules, "warn object=abcd:07 uid=0 class=unknown").count == 1)
    }

    @Test func `a set stands for every request that it can be`() throws {
        let expected = try load("deny object={0001:00,0001:01,1e98:02} uid={0,1000} mode={production,bring-up}")
        #expect(expected.count == 12)
        #expect(Set(expected.lines.flatMap(\.requests).map(\.words)).count == 12)
    }

    @Test func `an object is read in either case, as in a rule`() throws {
        #expect(try differences("allow object=1E98:02", "allow object={1E98:02,1e98:02} uid=7") == [])
        #expect(try differences("allow object=1e98:02", "deny object=1E98:02 uid=7").first?.contains("1e98:02") == true)
    }

    @Test func `whose answer there is can be expected, of what has copies`() throws {
        let rules = "allow object=0001:00 uid=0 ask-device\nallow object={0001:00,abcd:07}\n"
        #expect(
            try differences(rules, "allow object=0001:00 uid=0 ask-device\nallow object=0001:00 uid=7 from-copy") == [])
        let wrong = try differences(
            rules, "allow object=0001:00 uid=7 ask-device\nallow object=0001:00 uid=0 from-copy")
        #expect(wrong.map { $0.contains("expected ask-device for") } == [true, false])
        #expect(wrong.last?.contains("expected that a copy does for object=0001:00 uid=0: it is allow, ") == true)
        #expect(wrong.last?.contains(", ask-device: allowed by rule") == true)
        for text in [
            "allow object=abcd:07 uid=0 from-copy", "deny object=0001:00 uid=0 from-copy",
            "allow object=0001:00 uid=0 from-copy ask-device", "allow object=0001:00 uid=0 kernel",
            "allow object=0001:00 uid=0 kernel 6.19.. ", "allow object=0001:00 uid=0 kernel 6.1 kernel 6.2",
            "allow object=0001:00 from-copy uid=0",
        ] { #expect(throws: PolicyError.self, "\(text)") { try load(text) } }
        for rule in ["allow object=0001:00 from-copy", "allow object=0001:00 kernel 6.19"] {
            #expect(errors(rule).map { $0.remedy?.contains(".expect files") } == [true], "\(rule)")
        }
        let text = "allow object=0001:00 uid=0 from-copy kernel 6.19\n"
        #expect(try RuleFile(path: "a.expect", text: text).canonicalText() == text)
    }

    @Test func `an expectation can be about a kernel`() throws {
        let rules = "object 0001:01 published \"s\" kernel 6.19..\nallow class=kernel-expected road=kernel\n"
        #expect(
            try differences(
                rules,
                "allow object=0001:01 road=kernel kernel 6.19\ndeny object=0001:01 road=kernel kernel 6.18\n"
                    + "deny object=0001:01 road=kernel") == [])
        let wrong = try differences(rules, "deny object=0001:01 road=kernel kernel 7.3")
        #expect(wrong.count == 1 && wrong[0].contains("for object=0001:01 road=kernel kernel 7.3: it is allow"))
    }

    @Test func `every fact can be said`() throws {
        let facts =
            "mailbox=0000:0d:00.0@190 device=8086:0d93 pci-class=050210 driver=cxl_pci user=alice group=lab "
            + "unit=a.service exe=/bin/a via=unix mode=bring-up road=proxy"
        let rule = facts + " address=0000:0d:00.0 class=published"
        #expect(try differences("object 0001:00 published \"d\"\nallow \(rule)", "allow object=0001:00 \(facts)") == [])
        for word in facts.split(separator: " ") {
            let key = word.prefix { $0 != "=" }
            let without = facts.split(separator: " ").filter { $0 != word && key != "user" }.joined(separator: " ")
            guard !["via", "road", "user"].contains(key) else { continue }
            #expect(try differences("allow \(facts)", "allow object=0001:00 \(without)").count == 1, "\(key)")
        }
    }

    @Test func `what is not said of the client does not exist, and of the mailbox is not known`() throws {
        #expect(try differences("allow unit=none exe=none group=none", "allow object=0001:00 uid=5") == [])
        #expect(
            try differences("deny mailbox=sim:x\nallow", "allow object=0001:00 uid=5").first?.contains(
                "unknown mailbox")
                == true)
        #expect(try differences("allow via=tcp uid=none", "allow object=0001:00 via=tcp") == [])
        #expect(try differences("allow road=kernel uid=none via=none", "allow object=0001:00 road=kernel") == [])
    }

    @Test func `unknown is a fact that could not be learned`() throws {
        for key in ["mailbox", "device", "pci-class", "driver", "uid", "user", "group", "unit", "exe", "via"] {
            let value =
                [
                    "mailbox": "sim:x", "device": "8086:0d93", "pci-class": "050210", "driver": "d", "uid": "1000",
                    "user": "alice", "group": "lab", "unit": "a.service", "exe": "/bin/a", "via": "unix",
                ][key] ?? ""
            let who = ["uid", "user"].contains(key) ? "" : "uid=7 "
            let lines = "deny object=0001:00 \(who)\(key)=unknown\ndeny object=0001:00 \(who)\(key)={unknown}\n"
            let rules = "allow \(key)=\(value)\nallow \(key)!=\(value)"
            #expect(try differences(rules, lines) == [], "\(key)")
            let found = try load("allow object=0001:00 \(who)\(key)={\(value),unknown}").lines.flatMap(\.requests)
            #expect(found.count == 2 && found.contains { $0.words.hasSuffix("\(key)=unknown") }, "\(key)")
            let unknown = found.filter { $0.words.hasSuffix("unknown") }
            let decision = try #require(unknown.first.map { Judge(try policy(rules)).decide($0.inquiry) })
            #expect(decision.sentence.hasPrefix("refused: unknown \(key),"), "\(decision.sentence)")
        }
        // Where no rule asks for it, it does not matter.
        #expect(try differences("allow object=0001:00", "allow object=0001:00 uid=unknown exe=unknown") == [])
        // A class of that name is one.
        #expect(try differences("deny class=unknown", "deny object=1e98:05 uid=0 class=unknown") == [])
    }

    @Test func `a request is made for each name`() throws {
        for name in SPDMRequestName.words + ["0x90", "PCI-SIG.10de", "IANA.01020304", "DMTF", "TDISP.0x90"]
        where name != "VENDOR_DEFINED_REQUEST" {
            #expect(
                try differences("allow spdm=\(name)", "allow object=0001:01 spdm=\(name) uid=0") == [], "\(name)")
        }
        #expect(try differences("allow spdm=opaque", "allow object=0001:02 spdm=opaque uid=0") == [])
        // Too short for a session and a length: nothing is sent of such.
        #expect(try differences("allow", "deny object=0001:02 spdm=malformed uid=0 taint M") == [])
        for name in ComplianceRequest.names + ["0x2a"] {
            #expect(try differences("allow", "deny object=1e98:00 compliance=\(name) uid=0 taint C") == [])
        }
    }

    @Test(arguments: [
        ("allow uid=0", "the object is missing"), ("allow object=0001:00", "it is not said who asks"),
        ("allow object=0001:00 via=tcp uid=0", "a TCP client has no uid"),
        ("allow object=0001:00 via=tcp exe=unknown", "a TCP client has no exe"),
        ("allow object=unknown uid=0", "no object can be 'unknown'"),
        ("allow object=0001:00 uid=0 road=unknown", "road"), ("allow object=0001:01 uid=0 spdm=unknown", "unknown"),
        ("allow object=0001:* uid=0", "'0001:*' is no one value"), ("allow object=0001:00 uid=0..9", "a range"),
        ("allow object=0001:00 uid!=0", "'!=' says no fact"), ("allow object=0001:00 user=ghost", "there is no user"),
        ("allow object=0001:00 address=0000:0d:00.0 uid=0", "an address is part"),
        ("allow object=0001:00 uid=root", "no uid can be 'root'"), ("alow object=0001:00", "unknown word 'alow'"),
        ("object 0001:00 published \"x\"", "an object line says nothing"),
        ("allow object=0001:01 spdm=VENDOR_DEFINED_REQUEST uid=0", "0001:01 has no one request"),
        ("allow object=0001:02 spdm=GET_VERSION uid=0", "0001:02 has no one request"),
        ("allow object=0001:00 compliance=status uid=0", "0001:00 has no one request"),
        ("deny object=0001:01 spdm=OOB_KEY_UPDATE road=bypass uid=0", "OOB_KEY_UPDATE is a command of the proxy's"),
        ("deny object=0001:00 uid=none", "whoever comes by a Unix socket has a uid"),
        ("deny object=0001:00 uid=0 mailbox=0000:0d:00.0@190 device=none", "0000:0d:00.0@190 has a device"),
        ("deny object=0001:00 uid=0 pci-class=none driver=cxl_pci", "what has no pci-class is no PCI function"),
        ("deny object=0001:00 uid=0 driver=\"unknown\"", "no driver can be 'unknown'"),
    ])
    func `a line that is no request is refused`(line: String, message: String) throws {
        let error = try #require(throws: PolicyError.self) { try load("\n\(line)") }
        #expect(error.count == 1)
        #expect(error.errors.first?.place.line == 2)
        #expect(error.errors.first?.message.contains(message) == true, "\(error)")
    }
}
