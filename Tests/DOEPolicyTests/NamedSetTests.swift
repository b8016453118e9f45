import DOEWords
import Testing

@testable import DOEPolicy

@Suite("Named sets")
struct NamedSetTests {
    @Test("a rule that names a set is one in which the values stand")
    func asIfWritten() throws {
        let judge = Judge(try policy("set lab={1000,1002}\nset gpus={10de:*,8086:0d93}\nwarn device=@gpus uid=@lab\n"))
        #expect(try judge.decide(inquiry("10de:01")).verdict == .warn)
        #expect(try judge.decide(inquiry("10de:01", client: client(uid: .known(1002)))).verdict == .warn)
        #expect(try judge.decide(inquiry("10de:01", client: client(uid: .known(1001)))).verdict == .deny)
        let other = Judge(try policy("set lab={1000,1002}\nallow uid!=@lab"))
        #expect(try other.decide(inquiry("10de:01")).verdict == .deny)
        #expect(try other.decide(inquiry("10de:01", client: client(uid: .known(7)))).verdict == .allow)
    }

    @Test("one set serves several keys, object lines too, and files with later names")
    func everywhere() throws {
        let files = [
            RuleFile(path: "/etc/10-sets.rules", text: "set ours={abcd:01,abcd:02}\nset who=alice\n"),
            RuleFile(
                path: "/etc/50-site.rules", text: "object @ours published \"ours\"\nallow object=@ours user=@who\n"),
        ]
        let policy = try Policy.load(files: files, kernel: testKernel, resolver: TestNames(), generation: 1)
        let decision = Judge(policy).decide(try inquiry("abcd:02"))
        #expect((decision.verdict, decision.objectClass) == (.allow, .published))
        #expect(policy.lint(at: testTime) { _ in true } == [])
        #expect(policy.ruleLines.map(\.text) == ["allow object=@ours user=@who"])
    }

    @Test("an explanation says what is in it")
    func explained() throws {
        let judge = Judge(try policy("set lab={0,1002}\nallow uid=@lab"))
        let candidates = judge.explain(try inquiry("10de:01")).candidates
        #expect(candidates.map(\.sentence) == ["t.rules:2: uid is 1000, the rule wants @lab, {0,1002}"])
    }

    @Test(
        "what is wrong with it is said where it stands",
        arguments: [
            ("set lab={a,b}\nallow uid=@lab", "no uid can be 'a', which the set 'lab' names"),
            ("set lab={a,b}\nset lab={c}", "a second set 'lab'"),
            ("allow uid=@lab\nset lab={1,2}", "no set 'lab' stands before this line"),
            ("set gpu-tools={1,2}\nallow uid=@gpu-tool", "no set 'gpu-tool' stands before this line"),
            ("set lab={nobody-here}\ndeny user=@lab", "there is no user 'nobody-here' on this host"),
            ("set all={none,1}\nallow mode=@all", "mode is never none, which the set 'all' names"),
        ])
    func wrong(_ text: String, _ message: String) {
        #expect(errors(text).map(\.message) == [message])
    }

    @Test("a name that is nearly right is offered")
    func nearest() {
        #expect(errors("set gpu-tools={1,2}\nallow uid=@gpu-tool").first?.remedy == "did you mean '@gpu-tools'?")
        #expect(errors("set a=1\nset a=2").first?.remedy == "the first is t.rules:1: give this one its own name")
    }

    @Test("in quotes it is a value like any other")
    func quoted() throws {
        let judge = Judge(try policy("allow unit=\"@lab.service\""))
        #expect(try judge.decide(inquiry("10de:01", client: client(unit: .known("@lab.service")))).verdict == .allow)
    }
}
