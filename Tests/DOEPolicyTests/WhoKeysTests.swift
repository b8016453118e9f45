import DOEWords
import Testing

@testable import DOEPolicy

@Suite("Container, login and serial number in rules")
struct WhoKeysTests {
    private func verdict(_ rules: String, _ asking: Client = client(), serial: Fact<UInt64> = .none) throws -> Verdict {
        var mailbox = cxlMailbox
        mailbox.serialNumber = serial
        return Judge(try policy(rules)).decide(try inquiry("10de:01", client: asking, mailbox: mailbox)).verdict
    }

    @Test("by its name, by a part of it, and where there is none")
    func container() throws {
        let web = client(container: .known("web1"))
        #expect(try verdict("allow container=web1", web) == .allow)
        #expect(try verdict("allow container=web?", web) == .allow)
        #expect(try verdict("allow container=none", web) == .deny)
        #expect(try verdict("allow container!=none", web) == .allow)
        #expect(try verdict("allow container=none") == .allow)
        #expect(try verdict("allow container=*") == .deny)
        // One that nobody can name is no ground to let anything pass, whatever the rule says of it.
        for rule in ["allow container=none", "allow container!=web1", "deny container=web1\nallow"] {
            #expect(try verdict(rule, client(container: .unknown)) == .deny)
        }
    }

    @Test("by the login, in ranges too")
    func login() throws {
        let alice = client(loginUID: .known(1000))
        #expect(try verdict("allow loginuid=1000", alice) == .allow)
        #expect(try verdict("allow loginuid=1000..1999", alice) == .allow)
        #expect(try verdict("allow loginuid={0,1001}", alice) == .deny)
        #expect(try verdict("allow loginuid=1000", client(uid: .known(1000))) == .deny)
        #expect(try verdict("allow loginuid=none") == .allow)
        #expect(try verdict("allow loginuid!=0", client(loginUID: .unknown)) == .deny)
        #expect(errors("allow loginuid=alice").map(\.message) == ["no loginuid can be 'alice'"])
    }

    @Test("a name in quotes stands in a set too, with blanks in it, and one of digits is no number")
    func names() throws {
        func verdict(_ rules: String, group: UInt32) throws -> Verdict {
            try self.verdict(rules, client(groups: .known([group])))
        }
        for rule in [
            #"allow group={"domain users",lab}"#, #"allow group={lab,"domain users"}"#,
            "set who={\"domain users\",lab}\nallow group=@who",
        ] {
            #expect(try verdict(rule, group: 70) == .allow)
            #expect(try verdict(rule, group: 60) == .allow)
            #expect(try verdict(rule, group: 50) == .deny)
        }
        #expect(try verdict(#"allow group="1050""#, group: 80) == .allow)
        #expect(try verdict(#"allow group="1050""#, group: 1050) == .deny)
        #expect(try verdict(#"allow group={"1050",50}"#, group: 50) == .allow)
        #expect(try verdict("allow group=1050", group: 1050) == .allow)
        #expect(try verdict(#"allow group={"none",lab}"#, group: 90) == .allow)
        #expect(try self.verdict(#"allow group={"none",lab}"#, client(groups: .none)) == .deny)
        #expect(try self.verdict(#"allow user={"20471",bob}"#, client(uid: .known(1002))) == .allow)
        #expect(try self.verdict(#"allow uid={"1002",7}"#, client(uid: .known(1002))) == .allow)
        #expect(errors("allow user=20471").map(\.message) == ["no user can be '20471'"])
        let expected = try Expectations.load(
            files: [
                RuleFile(
                    path: "t.expect",
                    text: "allow object=10de:01 user={\"20471\",bob} group={\"domain users\",\"1050\"}\n")
            ],
            resolver: TestNames())
        let judge = Judge(try policy("allow uid={1001,1002} group={70,80}"))
        #expect(expected.count == 4)
        #expect(expected.differences(under: judge, at: testTime).map(\.description) == [])
    }

    @Test("by the device's serial number")
    func serial() throws {
        #expect(try verdict("allow serial=00-00-00-00-00-00-12-34", serial: .known(0x1234)) == .allow)
        #expect(try verdict("allow serial=00-*", serial: .known(0x1234)) == .allow)
        #expect(try verdict("allow serial=00-00-00-00-00-00-12-35", serial: .known(0x1234)) == .deny)
        #expect(try verdict("allow serial=none") == .allow)
        #expect(try verdict("allow serial!=none", serial: .unknown) == .deny)
        #expect(errors("allow serial=1234").map(\.message) == ["no serial can be '1234'"])
        for number in [0, 0x1234, UInt64.max] {
            let text = try #require(
                MailboxIdentity(name: .simulated("x"), serialNumber: .known(number)).serialText.value)
            #expect(MailboxIdentity.serialNumber(of: text) == number)
        }
        #expect(MailboxIdentity.serialNumber(of: "00-00-00-00-00-00-12") == nil)
    }

    @Test("what is expected can be said of them")
    func expected() throws {
        let lines = """
            allow object=10de:01 uid=0 container=web1 loginuid=1000 serial=00-00-00-00-00-00-12-34
            deny  object=10de:01 uid=0 container={none,unknown} loginuid=1000 serial=00-00-00-00-00-00-12-34
            deny  object=10de:01 uid=0 container=web1 loginuid={0,unknown} serial=00-00-00-00-00-00-12-34
            deny  object=10de:01 uid=0 container=web1 loginuid=1000
            """
        let expected = try Expectations.load(files: [RuleFile(path: "t.expect", text: lines)], resolver: TestNames())
        let judge = Judge(try policy("allow container=web1 loginuid=1000 serial=00-*"))
        #expect(expected.differences(under: judge, at: testTime).map(\.description) == [])
        #expect(expected.count == 6)
    }

    @Test("a record decides by them, and one that is too old to tell a container decides nothing by it")
    func recorded() throws {
        func anew(_ rules: String, lost: Set<UnrecordedFact> = []) throws -> JudgedAnew {
            var mailbox = cxlMailbox
            mailbox.serialNumber = .known(0x1234)
            let recorded = RecordedInquiry(
                road: .proxy, mailbox: mailbox, client: client(loginUID: .known(1000), container: .known("web1")),
                mode: .production, object: ObjectID(vendor: 0x10de, type: 1), requestName: nil, lost: lost)
            return Judge(try policy(rules)).judgeAnew(recorded)
        }
        #expect(try anew("allow container=web1 loginuid=1000 serial=00-*").decision?.verdict == .allow)
        #expect(try anew("allow container=none").decision?.verdict == .deny)
        #expect(try anew("allow container=none", lost: [.container]).lacking == [.container])
    }

    @Test("a suggested rule is for the container that asked, and for no other")
    func suggested() throws {
        let recorded = RecordedInquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(0), container: .known("web1")),
            mode: .production, object: ObjectID(vendor: 0x10de, type: 1), requestName: nil)
        #expect(try SuggestedRule(for: recorded).description.contains(" container=web1 "))
    }
}
