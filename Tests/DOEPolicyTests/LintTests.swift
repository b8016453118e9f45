import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

@Suite struct LintTests {
    private static let objects = """
        object 0001:00 published "DOE Discovery" kernel 6.0..
        object 0001:01 published "CMA/SPDM" kernel 6.19..
        object 1e98:02 published "CXL Table Access (CDAT)" kernel 6.0..
        object abcd:07 compliance "ours"

        """

    /// Before the rules one that lets something pass, which hides none of them: a policy that lets nothing pass is told
    /// of by itself.
    private func findings(_ rules: String, behind first: String = "allow object=8086:ff uid=4711\n") throws -> [String]
    {
        let lines = Self.objects.count { $0 == "\n" } + first.count { $0 == "\n" }
        return try policy(Self.objects + first + rules).lint(at: testTime) { $0 != "ghost.service" }.map {
            "\($0.place.line - lines): \($0.message)"
        }
    }

    @Test(arguments: [
        "via=tcp road=kernel", "via=none road=proxy", "via=unix road=bypass", "road={kernel,bypass} via!=none",
    ])
    func `who comes by a socket comes on one road alone`(conditions: String) throws {
        let found = try findings("allow \(conditions)")
        #expect(found.count == 1 && found[0].hasPrefix("1: this rule never matches: via is unix"), "\(found)")
    }

    @Test(arguments: ["via=none road=kernel", "via=tcp road=*", "via=none", "via={unix,none} road={proxy,bypass}"])
    func `and other rules may match`(conditions: String) throws {
        #expect(!(try findings("allow object=0001:00 \(conditions)")).contains { $0.contains("never matches") })
    }

    @Test func `on another host a name may have the number that a rule names`() throws {
        let first = "allow object=8086:ff uid=4711\n"
        let rules = try policy("\(first)allow object=10de:01 uid=0 user=alice\nallow object=10de:02 uid=7 user!=bob")
        #expect(rules.lint(at: testTime) { _ in true }.map(\.place.line) == [2, 3])
        #expect(rules.lint(at: testTime, areNamesKnown: false) { _ in true }.isEmpty)
        // root is 0 everywhere, and on the kernel's road nobody asks.
        let sure = try policy("\(first)allow object=10de:01 uid=1000..1999 user=root\nallow road=kernel user=alice")
        for areNamesKnown in [true, false] {
            let found = sure.lint(at: testTime, areNamesKnown: areNamesKnown) { _ in true }
            #expect(found.map(\.place.line) == [2, 3], "\(found)")
        }
    }

    @Test(arguments: [
        ("allow object=0001:00 uid=0 user=alice", "uid=0 and user=alice"),
        ("allow object=0001:00 user=root uid!=0", "user=root and uid!=0"),
        ("deny road=kernel user=root", "road=kernel and user=root"),
        ("allow road=kernel unit=a.service object=0001:00", "road=kernel and unit=a.service"),
        ("deny mailbox=sim:* address=0000:*", "mailbox=sim:* and address=0000:*"),
        ("deny mailbox=0000:0d:* address=0000:0e:* driver=cxl_pci", "mailbox=0000:0d:* and address=0000:0e:*"),
        ("deny mailbox=remote:* device=10de:*", "mailbox=remote:* and device=10de:*"),
        ("deny mailbox=sim:* driver=cxl_pci", "mailbox=sim:* and driver=cxl_pci"),
        ("deny address=none driver=cxl_pci uid=0", "address=none and driver=cxl_pci"),
        ("deny mailbox={remote:a,remote:b} serial!=none", "mailbox={remote:a,remote:b} and serial!=none"),
        ("deny mailbox=0000:0d:00.0@190 address=none", "mailbox=0000:0d:00.0@190 and address=none"),
        ("deny object=0001:01 class=kernel-expected road=proxy spdm=PCI-SIG.10de", ""),
        ("deny uid=none road=proxy via=unix", "uid=none and via=unix"),
        ("deny uid=none road=proxy via!=tcp", "uid=none and road=proxy"),
        ("deny object=1e98:* spdm=GET_VERSION uid=0", "spdm is none for the objects that it names"),
        ("deny object!=0001:* spdm=GET_VERSION uid=0", "object!=0001:* and spdm=GET_VERSION"),
        ("deny class=vendor compliance=*", "class=vendor and compliance=*"),
        ("deny uid!=0..4294967294 road=proxy", "uid!=0..4294967294"),
        ("deny user=alice group=none via=none road=proxy", "via is unix or tcp"),
        ("deny container!={*,none}", "container!={*,none}"), ("deny mailbox!=*", "mailbox!=*"),
    ])
    func `what nothing has at once is found, and no more is named than it takes`(
        rule: String, expected: String
    ) throws {
        let found = try findings(rule)
        #expect(found.count == 1 && found[0].hasPrefix("1: this rule never matches: "), "\(found)")
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test(arguments: [
        ("deny object=0001:00 spdm!=opaque", "spdm!=opaque excludes nothing"),
        ("deny object=10de:* compliance!=status", "compliance!=status excludes nothing"),
        ("deny object=0001:02 spdm!=GET_VERSION", "spdm!=GET_VERSION excludes nothing"),
        ("deny road=kernel uid!=0", "uid!=0 excludes nothing"),
        ("allow object=0001:00 mailbox=sim:* address!=0000:0d:00.0", "address!=0000:0d:00.0 excludes nothing"),
        ("allow object=0001:00 user=alice uid!=0", "uid!=0 excludes nothing"),
        ("deny mailbox=remote:* device!=10de:*", "device!=10de:* excludes nothing"),
    ])
    func `an exclusion beside which there is nothing to exclude is found`(rule: String, expected: String) throws {
        let found = try findings(rule)
        #expect(found.count == 1 && found[0].hasPrefix("1: \(expected)"), "\(found)")
    }

    @Test(arguments: [
        "deny road=* user=root", "deny road={kernel,bypass} user=root", "deny uid=none", "deny uid!=0",
        "deny mailbox=* address=0000:0d:*", "deny mailbox=*@190 address=0000:0d:00.0 device=10de:*",
        "deny mailbox={sim:*,0000:*} address=none", "deny mailbox!=sim:* address=none", "deny spdm!=opaque uid=0",
        "deny object=0001:* spdm!=opaque", "deny object=0001:01 class=vendor spdm=PCI-SIG.*",
        "deny object=0001:01 class=vendor", "deny object=0001:01 spdm=0x*", "deny class=vendor object!=0001:*",
        "deny class=unknown spdm=*", "deny mode=bring-up object=1e98:00 compliance!=status",
        "deny unit!=* uid=0", "deny exe!=/usr/bin/a uid=0", "deny user!=root uid!=1000", "deny loginuid!=none uid=0",
        "deny group!=lab user=alice", "deny group=none uid=5", "deny device!=none driver=none serial!=00-*",
        "deny road={bypass,passthrough} via=none uid=none", "deny via!=unix uid=none",
        "deny address=0000:0d:* driver=cxl_pci", "deny address=none driver=none",
        "deny mailbox={sim:*,0000:*} driver=x",
        "deny address!=none device=none", "deny object=0001:03 spdm!={GET_VERSION,opaque}",
    ])
    func `what something has at once is left alone`(rule: String) throws {
        #expect(try findings(rule) == [])
    }

    @Test(arguments: [
        "deny", "deny class=* object=* mode=*", "deny object=0001:00 uid=0", "deny object=0001:00\ndeny uid=0",
        "allow road=kernel class=kernel-expected", "allow object=0001:00 uid=0 user=alice\ndeny uid=7",
    ])
    func `rules under which nothing passes are told of once`(rules: String) throws {
        let found = try findings(rules, behind: "").filter { $0.contains("nothing can ever pass") }
        #expect(found.count == 1 && found[0].hasPrefix("1: "), "\(found)")
        #expect(try findings("deny object=0001:00 uid=0\ndeny", behind: "").first?.hasPrefix("2: nothing") == true)
    }

    @Test(arguments: [
        ("allow object=0001:00\nallow object=0001:00", "2: this rule never decides"),
        ("allow object=0001:*\ndeny object=0001:0? uid=0", "2: this rule never decides"),
        ("deny uid=1000..1999\nallow object=0001:00 uid={1000,1500}", "2: this rule never decides"),
        ("deny uid=1000\nallow object=0001:00 user=alice", "2: this rule never decides"),
        ("deny uid!=0\nallow object=0001:00 uid=5", "2: this rule never decides"),
        ("deny uid!=0\nwarn object=0001:00 uid!={0,7}", "2: this rule never decides"),
        ("deny group={lab,50}\nwarn object=0001:00 group=lab", "2: this rule never decides"),
        ("deny group!=lab\nwarn object=0001:00 group!={lab,50}", "2: this rule never decides"),
        ("deny unit=*.service\nwarn object=0001:00 unit={a.service,b?.service}", "2: this rule never decides"),
        ("deny class=published\nwarn object=0001:00 class=kernel-expected uid=0 road=kernel", "2: this rule never"),
        ("deny object!=abcd:*\nwarn object=0001:00", "2: this rule never decides"),
        ("deny exe=/usr/*/* uid=0\nwarn exe=/usr/bin/a* uid=0", "2: this rule never decides"),
        ("deny object=0001:01\nwarn object=0001:01 spdm=GET_VERSION", "2: this rule never decides"),
        ("deny spdm=GET_*\nwarn object=0001:01 spdm={GET_VERSION,GET_CSR}", "2: this rule never decides"),
        ("allow object=0001:00 uid=0\ndeny mailbox=*\nwarn object=0001:01", "3: this rule never decides"),
        ("allow", "1: this lets every object of everybody pass"),
        ("warn object=* road=*", "1: this lets every object of everybody pass"),
        ("allow class=* via=tcp", "1: this lets every object of everybody pass"),
        ("warn uid=0..", "1: this lets every object of everybody pass to every mailbox"),
        ("allow uid!=none", "1: this lets every object of everybody pass to every mailbox"),
        (
            "allow compliance=none",
            "1: this lets every object of everybody pass to every mailbox, but for what compliance=none"
        ),
        (
            "warn spdm=none uid=0..",
            "1: this lets every object of everybody pass to every mailbox, but for what spdm=none"
        ),
        (
            "allow device=*",
            "1: this lets every object of everybody pass to every mailbox, but for what device=* leaves out"
        ),
        (
            "allow address=* pci-class=*",
            "1: this lets every object of everybody pass to every mailbox, but for what address"
        ),
        (
            "allow user!=alice",
            "1: this lets every object of everybody pass to every mailbox, but for what user!=alice"
        ),
        (
            "allow class!=compliance",
            "1: this lets every object of everybody pass to every mailbox, but for what class!="
        ),
        (
            "warn class={published,vendor,unknown}",
            "1: this lets every object of everybody pass to every mailbox, but"
        ),
        (
            "allow object!={1e98:00,abcd:07} device!=none",
            "1: this lets every object of everybody pass to every mailbox, but for what object!={1e98:00,abcd:07} and"
        ),
        (
            "allow mailbox!=sim:x",
            "1: this lets every object of everybody pass to every mailbox, but for what mailbox!="
        ),
        ("allow object=0001:01 exe=/usr/bin/agent", "1: a program is no boundary"),
        ("allow object=0001:01 exe=/usr/bin/agent container=none", "1: a program is no boundary"),
        ("allow object=0001:01 container=web1", "1: a container's name is no boundary"),
        ("allow object=0001:01 loginuid=3000", "1: a login uid is no boundary"),
        ("warn object=0001:01 container={none,web*}", "1: a container's name is no boundary"),
        ("allow until=2027-01-31", "1: this lets every object of everybody pass"),
        (
            "allow object=0001:01 uid=0 until=2026-11-28T17:00:00Z",
            "1: this rule never matches: it ended at 2026-11-28 17:00:00"
        ),
        (
            "deny object=0001:01 uid=0 until=2226-11-28",
            "1: this rule ends at 2226-11-28 00:00:00 UTC, more than 10 years"
        ),
        ("allow object=0001:01 uid={0,61184}", "1: uid 61184 is given to a service or a container while it runs"),
        ("deny object=0001:01 group=524288", "1: group 524288 is given to a service or a container"),
        ("deny object=0001:01 uid=61184..61190", "1: uid 61184..61190 is given to a service or a container"),
        ("allow object=0001:01 uid=60514", "1: uid 60514 is given to a service or a container"),
        ("allow object=0001:01 group={0,60001}", "1: group 60001 is given by systemd-homed"),
        ("set a={1,2}\nset b={3,4}\nallow object=0001:01 uid=@b", "1: no rule names this set"),
        ("deny uid=0 until=2027-02-01\nwarn object=0001:01 uid=0 until=2027-01-31", "2: this rule never decides"),
        ("deny container=web*\nwarn object=0001:01 uid=0 container=web1", "2: this rule never decides"),
        ("allow object=0001:01 via=tcp loginuid=1000", "1: this rule never matches: nobody vouches for a TCP client"),
        ("allow object=0001:01 via=tcp container=web1 uid!=0", "1: this rule never matches: nobody vouches"),
        ("warn class=kernel-expected", "1: whatever a later kernel comes to use"),
        ("warn class=kernel-expected uid=0 road=*", "1: whatever a later kernel comes to use"),
        ("allow object=1e98:00", "1: in production no rule opens"),
        ("allow object={0001:00,abcd:07} uid=0", "1: in production no rule opens"),
        ("warn class=compliance uid=0", "1: in production no rule opens"),
        ("allow compliance=status uid=0 mode=*", "1: in production no rule opens"),
        ("allow object=0001:01 unit={a.service,ghost.service}", "1: there is no unit 'ghost.service'"),
        ("deny unit=ghost.service", "1: there is no unit 'ghost.service'"),
        ("allow object=0001:00 via=tcp uid=0", "1: this rule never matches: nobody vouches for a TCP client"),
        ("allow object=0001:00 class!=*", "1: this rule never matches: it leaves no class"),
        ("allow object=0001:00 spdm=GET_VERSION", "1: this rule never matches: spdm is none"),
        ("allow object=0001:02 spdm=GET_VERSION", "1: this rule never matches: what is encrypted"),
        ("deny object=0001:* compliance=status", "1: this rule never matches: compliance is none"),
        ("allow mailbox=0000:0d:00.0@190 address=0000:0e:00.0", "1: this rule never matches: nothing that is asked"),
        ("allow object=0001:01 uid=60500..60550", "1: uid 60500..60550 is given by systemd-homed, to a service"),
        ("allow object=0001:01 uid=60600", "1: uid 60600 is given to a service or a container"),
        ("allow object=0001:01 uid=2147352576", "1: uid 2147352576 is given to a service or a container"),
        ("deny object=0001:01 uid=0 loginuid=61184..65519", "1: loginuid 61184..65519 is given to a service"),
        ("deny object=0001:01 uid=0 loginuid=60001", "1: loginuid 60001 is given by systemd-homed"),
        ("allow object=0001:01 user=homed-svc", "1: the number 61200, which user=homed-svc stands for now, is given"),
        ("allow object=1e98:02 class=vendor", "1: this rule never matches: what it names is kernel-expected"),
    ])
    func `a rule that is hardly meant is found`(rules: String, expected: String) throws {
        let found = try findings(rules)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test(arguments: [
        "allow object=0001:00 uid=0\nallow object=0001:00",
        "allow object=0001:00\nallow object=0001:00 road=bypass",
        "allow object=0001:00\nallow object=0001:00 via=tcp",
        "allow object=0001:00 via=unix\nallow object=0001:00",
        "deny uid!=0\nallow object=0001:00 uid={0,5}",
        "deny group=lab\nallow object=0001:00 group!=50",
        "deny group!=lab\nallow object=0001:00 group=50",
        "deny unit=*\nallow object=0001:00",
        "deny spdm!=GET_VERSION\nallow object=0001:01 spdm=VENDOR_DEFINED_REQUEST",
        "deny exe=/usr/*\nallow object=0001:00 exe=/usr/*/a uid=0",
        "deny object=0001:0?\nallow object=0001:*",
        "allow mode=bring-up object=1e98:00 uid=0",
        "allow class=compliance uid=0 mode=bring-up",
        "deny object=1e98:00", "deny class=compliance", "deny exe=/usr/bin/bad",
        "allow object=0001:00 uid=0\ndeny", "deny road=bypass", "deny\nallow object=0001:00 via=tcp",
        "deny mode=production", "allow road=kernel", "warn road=bypass class!=vendor",
        "allow uid=1..", "warn uid=1000..", "allow uid!=1000..", "allow driver!=none", "allow spdm!=none",
        "allow unit!=*",
        "allow object=0001:01 uid=60000", "allow object=0001:01 uid=60514..61183",
        "allow object=0001:01 uid=60706..61183", "allow object=0001:01 uid=60000..60001",
        "allow object=0001:01 user=homer",
        "allow class=kernel-expected road=kernel", "allow class=published uid=0", "allow class=* uid=0",
        "allow object=0001:01 uid={1000,61183,65520}", "allow object=0001:01 uid=60000..70000",
        "allow object=0001:01 uid=0 container=none", "allow object=0001:01 unit=a.service container=web1",
        "deny object=0001:01 container=web1", "allow object=0001:01 uid=0 until=2026-11-28T17:00:01Z",
        "set a={1,2}\nallow object=0001:01 uid=@a", "allow object=0001:01 loginuid=1000 uid=1000",
        "deny uid=0 until=2027-01-31\nwarn object=0001:01 uid=0 until=2027-02-01",
        "deny uid=0 until=2027-01-31\nwarn object=0001:01 uid=0",
        "allow object=* uid=0", "allow object=0001:01 class=vendor uid=0", "allow object=1e98:* uid=0",
        "allow object=0001:{01,02} spdm={GET_VERSION,opaque} uid=0", "allow object=0001:00 via=tcp",
        "allow exe=/usr/bin/agent unit=agent.service object=0001:01", "warn class=vendor device=10de:* group=gpu-tools",
        "deny spdm=none", "allow address=0000:0d:00.0 mailbox=0000:0d:00.0@190 object=0001:00",
    ])
    func `a rule that can be meant is left alone`(rules: String) throws {
        #expect(try findings(rules) == [])
    }

    @Test func `a unit by another name of it is told, unless its own stands beside it`() throws {
        let rules = """
            deny object=0001:00 unit=sshd.service
            allow object=0001:00 unit={sshd.service,ssh.service}
            warn object=1e98:02 unit={cron.service,sshd.service}

            """
        let found = try policy(Self.objects + rules).lint(
            at: testTime, unitBehind: { $0 == "sshd.service" ? "ssh.service" : nil }, unitExists: { _ in true })
        #expect(found.map { $0.place.line - 4 } == [1, 3])
        #expect(Set(found.map(\.message)) == ["no process runs in 'sshd.service': it is another name of 'ssh.service'"])
        #expect(Set(found.map(\.remedy)) == ["write unit=ssh.service"])
    }

    @Test func `a refusal of everything before another file's rules is told`() throws {
        func found(_ first: String) throws -> [String] {
            try Policy.load(
                files: [
                    RuleFile(path: "50-site.rules", text: first),
                    RuleFile(path: "90-other.rules", text: "warn object=abcd:07 uid=0\n"),
                ], kernel: testKernel, resolver: TestNames(), generation: 1
            ).lint(at: testTime) { _ in true }.map(\.message)
        }
        #expect(try found("deny\n").map { $0.prefix(21) } == ["nothing can ever pass"])
        #expect(try found("deny uid=1000\n") == [])
    }

    @Test func `a program that not only root may put there is told, unless it is refused`() throws {
        let rules = """
            allow object=0001:00 uid=0 exe=/opt/tool
            allow object=0001:01 uid=0 exe=/opt/*
            deny object=0001:02 uid=0 exe=/opt/tool
            warn object=1e98:02 uid=0 exe=/usr/bin/tool

            """
        let found = try policy(Self.objects + rules).lint(
            at: testTime,
            exposure: { path, isFolder in
                path == (isFolder ? "/opt" : "/opt/tool") ? "everybody may put something else into /opt" : nil
            }, unitExists: { _ in true })
        #expect(found.map { $0.place.line - 4 } == [1, 2])
        #expect(
            found.map(\.message) == [
                "not only root decides which program is '/opt/tool': everybody may put something else into /opt",
                "not only root decides which program is what '/opt/*' names: everybody may put something else into /opt",
            ])
    }

    @Test func `where no rule is for clients, nothing else is said of one for another road`() throws {
        let found = try findings("allow road=kernel", behind: "")
        #expect(found.count == 1 && found[0].contains("nothing can ever pass"), "\(found)")
    }

    @Test func `a glob that names programs by paths that none can have is told, whether or not one is there`() throws {
        let path = "/opt/x/current/tool"
        func found(_ rule: String, _ look: PathLookup, real: PathLookup = .missing) throws -> [String] {
            try policy("allow object=8086:ff uid=4711\n\(rule)").lint(
                at: testTime, program: { $0 == path ? look : $0 == "/opt/x/v1/tool" ? real : .missing },
                entries: { $0 == "/opt" ? ["x", "y"] : nil }, unitExists: { _ in true }
            ).map(\.message)
        }
        let link = PathLookup.never(why: "it leads through a link", real: "/opt/x/v1/tool")
        let script = PathLookup.never(why: "it is a script", real: nil)
        let deny = "deny object=0001:00 uid=0 exe=/opt/*/current/tool"
        let none = "no program of this host can have a path that '/opt/*/current/tool' names, as '\(path)': "
        #expect(try found(deny, .there) == [])
        #expect(
            try found(deny, link, real: .there) == [
                "'/opt/*/current/tool' misses what runs as '\(path)': it leads through a link"
            ])
        #expect(try found(deny, link) == ["\(none)it leads through a link"], "it is not there yet")
        #expect(try found(deny, script) == ["\(none)it is a script"])
        #expect(try found(deny, .missing) == ["there is nothing on this host that '/opt/*/current/tool' names"])
        #expect(try found(deny, .failed("no answer")) == [])
        #expect(try found("deny object=0001:00 uid=0 exe={/opt/*/current/tool,/opt/x/v1/*}", link) == [])
        // What is excluded from what may pass must not be missed either.
        let allow = "allow object=0001:00 uid=0 exe!=/opt/*/current/tool"
        #expect(try found(allow, link, real: .there).count == 1)
        #expect(try found(allow, link).count == 1)
        #expect(try found(allow, .there) == [])
    }

    @Test func `a file with an earlier name may come before another's rules`() throws {
        let loaded = try Policy.load(
            files: [
                RuleFile(path: "50-site.rules", text: "deny object=abcd:07\n"),
                RuleFile(path: "90-other.rules", text: "warn object=abcd:07 uid=0\n"),
            ], kernel: testKernel, resolver: TestNames(), generation: 1)
        #expect(loaded.lint(at: testTime) { _ in true } == [])
    }

    @Test func `a finding prints like a compiler's`() throws {
        let finding = try #require(
            try policy("\n  allow exe=/bin/a object=0001:00 # x").lint(at: testTime) { _ in true }.first)
        #expect(
            finding.description == """
                /etc/t.rules:2:3: warning: a program is no boundary: whoever may run it can make it do something else
                      allow exe=/bin/a object=0001:00
                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                    add uid=, user=, group= or unit= to say whose it is
                """)
    }

    @Test func `a rule that is found to be shadowed never decides`() throws {
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        var shadowed = 0
        // Lint searches more than a judge does: fewer policies are enough.
        for round in 0..<NaiveComparisonTests.rounds / 6 {
            let rules = NaiveGenerator.rules(&generator)
            let loaded = try policy(rules.map { $0.text + "\n" }.joined() + NaiveComparisonTests.objectLines)
            let lines = loaded.lint(at: testTime) { _ in true }.filter { $0.message.contains("never decides") }.map(
                \.place.line)
            shadowed += lines.count
            guard !lines.isEmpty else { continue }
            for _ in 0..<40 {
                let inquiry = NaiveGenerator.inquiry(&generator)
                let outer = try #require(NaiveComparisonTests.classes["\(inquiry.object)"])
                let readings = RequestSample.readings(inquiry, outside: outer)
                let line: Int? =
                    switch NaiveJudge.decide(rules, inquiry, readings, outside: outer) {
                    case .rule(let line, _, _), .unknown(_, let line): line
                    case .gatekeeper, .nothing: nil
                    }
                if let line { try #require(!lines.contains(line), "seed \(seed) round \(round) line \(line)") }
            }
        }
        #expect(shadowed > 20, "too few to have compared anything")
    }

    @Test func `a glob that covers another one matches whatever that one does`() {
        let seed: UInt64 = 12
        var generator = SeededGenerator(seed: seed)
        var covering = 0
        func pattern() -> Glob {
            var elements: [Glob.Element] = []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let next = generator.pick([97, 98, 47, 0xc3, Glob.one, Glob.many] as [Glob.Element])
                if next == 0xc3 {
                    elements += [0xc3, 0xa9]
                } else if next != Glob.many || elements.last != next {
                    elements.append(next)
                }
            }
            return Glob(elements: elements, stopsAtSlash: true)
        }
        for _ in 0..<3000 {
            let (wide, narrow) = (pattern(), pattern())
            guard wide.covers(narrow) else { continue }
            covering += 1
            for _ in 0..<20 {
                let text = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    generator.pick(["a", "b", "/", "é"])
                }
                .joined()
                #expect(!narrow.matches(text) || wide.matches(text), "\(wide) \(narrow) \(text)")
            }
        }
        #expect(covering > 100)
    }

    /// Steps, not time: with how many earlier rules each is compared. 100,000 rules are looked through by the tool
    /// itself, in Tests/daemon/test_rules.py.
    @Test(
        arguments: [
            // Each with values of its own; all with the same ones; sets, whose values cross; and one in a hundred for
            // all units.
            { "allow object=abcd:08 unit=u\($0).service" }, { _ in "allow object=abcd:08 unit=u.service" },
            { "allow object={abcd:08,abcd:\(UInt8(truncatingIfNeeded: $0).hex(digits: 2))} uid={7,\($0)}" },
            { $0 % 100 == 0 ? "allow object=abcd:*" : "allow object=abcd:08 unit=u\($0).service" },
        ] as [@Sendable (Int) -> String])
    func `twice the rules are twice the work`(_ rule: @Sendable (Int) -> String) throws {
        let (few, many) = try (steps(1_000, rule), steps(2_000, rule))
        // What each rule looks at is limited, so beyond that limit the work grows with the rules, and not with their
        // square.
        #expect(many <= 2 * few + 256 * 256)
        #expect(many <= 256 * 4 * 2_000)
    }

    private func steps(_ count: Int, _ rule: (Int) -> String) throws -> Int {
        let policy = try policy((0..<count).map(rule).joined(separator: "\n"))
        return policy.rules.indices.reduce(0) { $0 + policy.earlierCandidates(of: $1).count }
    }

    @Test func `of many rules the one that is hidden is found`() throws {
        var lines = (0..<2_000).map { "allow object=abcd:08 unit=u\($0).service" }
        lines.append("allow object=abcd:08 unit=u5.service")
        let found = try policy(lines.joined(separator: "\n")).lint(at: testTime) { _ in true }
        #expect(found.map(\.place.line) == [2_001])
    }
}
