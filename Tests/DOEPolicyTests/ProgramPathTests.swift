import DOEWords
import Synchronization
import Testing

@testable import DOEPolicy

/// A host with merged /usr, an alternative, an application behind a link, and a script.
private final class MadeUpPaths: NameResolver {
    private let asked = Mutex<[String: Int]>([:])

    func user(named name: String) -> NameLookup { .notFound }
    func group(named name: String) -> NameLookup { .notFound }

    /// How often each path was asked for.
    var counts: [String: Int] { asked.withLock { $0 } }

    func program(at path: String) -> PathLookup {
        asked.withLock { $0[path, default: 0] += 1 }
        switch path {
        case "/usr/bin/python3": return .never(why: "it is a link", real: "/usr/bin/python3.13")
        case "/bin/tool": return .never(why: "it is behind a link", real: "/usr/bin/tool")
        case "/opt/app/nowhere": return .never(why: "it is a link to nowhere", real: nil)
        case "/usr/bin/dnf": return .never(why: "it is a script", real: nil)
        case "/usr/bin/gone": return .missing
        case "/root/tool": return .failed("cannot look at /root/tool: Permission denied")
        default: return .there
        }
    }

    func folder(at path: String) -> PathLookup {
        asked.withLock { $0[path + "/", default: 0] += 1 }
        switch path {
        case "/bin": return .never(why: "it is a link", real: "/usr/bin")
        case "/opt/gone": return .missing
        default: return .there
        }
    }
}

@Suite("Paths that no program of this host can have")
struct ProgramPathTests {
    private func load(_ text: String, _ resolver: MadeUpPaths = MadeUpPaths()) throws -> Policy {
        try Policy.load(
            files: [RuleFile(path: "/etc/t.rules", text: text)], kernel: testKernel, resolver: resolver, generation: 1)
    }

    private func verdict(_ rules: String, exe: Fact<String>) throws -> Verdict {
        Judge(try load(rules)).decide(try inquiry("10de:01", client: client(exe: exe))).verdict
    }

    @Test(
        "in a deny it is an error, which says what the path really is",
        arguments: [
            ("exe=/usr/bin/python3", "write exe=/usr/bin/python3.13"),
            ("exe!=/usr/bin/python3", "write exe=/usr/bin/python3.13"),
            ("exe={/usr/bin/perl,/usr/bin/python3}", "write exe=/usr/bin/python3.13"),
            ("exe=/opt/app/nowhere", "name the program that runs"), ("exe=/usr/bin/dnf", "name the program that runs"),
            ("exe=/bin/t*", "write exe=/usr/bin/t*"), ("exe=/bin/*/x", "write exe=/usr/bin/*/x"),
            ("exe=@named", "write exe=/usr/bin/python3.13"),
        ])
    func inDeny(_ condition: String, _ remedy: String) throws {
        let set = "set named={/usr/bin/python3,none}\n"
        let error = #expect(throws: PolicyError.self) {
            try load("\(set)allow object=10de:02\ndeny object=10de:01 \(condition) uid=0\n")
        }
        #expect(error?.count == 1)
        let only = try #require(error?.errors.first)
        #expect((only.place.line, only.place.column) == (3, condition.contains("!") ? 26 : 25))
        #expect(only.message.contains("no program of this host can"), "\(only)")
        #expect(only.remedy == "a deny must not miss what it names: \(remedy)")
    }

    @Test("in an allow or a warn it is a warning, and the rule matches nobody by it")
    func inAllow() throws {
        for verb in ["allow", "warn"] {
            let policy = try load("\(verb) object=10de:01 uid=1000 exe=/usr/bin/python3\n")
            #expect(
                policy.warnings.map(\.message) == [
                    "no program of this host can have the path '/usr/bin/python3': it is a link: the rule never matches"
                ])
            #expect(policy.warnings.map(\.remedy) == ["write exe=/usr/bin/python3.13"])
        }
        let some = try load("allow object=10de:01 uid=1000 exe={/usr/bin/python3,/usr/bin/tool}\n")
        #expect(some.warnings.map { $0.message.hasSuffix(": the rule matches no program by it") } == [true])
        let folder = try load("allow object=10de:01 uid=1000 exe=/bin/*\n")
        #expect(
            folder.warnings.map { $0.message.hasPrefix("no program of this host can be in the folder '/bin'") } == [
                true
            ])
    }

    @Test("what such a rule does not match, the next one decides, whatever the program is")
    func passedOver() throws {
        let rules = "allow object=10de:01 exe=/usr/bin/python3\nwarn object=10de:01 uid=1000\n"
        for exe: Fact<String> in [.known("/usr/bin/python3.13"), .known("/usr/bin/python3"), .unknown] {
            #expect(try verdict(rules, exe: exe) == .warn)
        }
        // "Any program but that link" was not meant to be any program.
        for condition in ["exe!=/usr/bin/python3", "exe!={/usr/bin/python3,/usr/bin/perl}"] {
            for exe: Fact<String> in [.known("/usr/bin/python3.13"), .known("/usr/bin/tool")] {
                #expect(try verdict("allow object=10de:01 \(condition)\n", exe: exe) == .deny)
            }
        }
        #expect(
            try verdict("allow object=10de:01 exe={/usr/bin/python3,/usr/bin/tool}\n", exe: .known("/usr/bin/tool"))
                == .allow)
        #expect(try verdict("allow object=10de:01 exe={/usr/bin/python3,none}\n", exe: .none) == .allow)
        let explained = Judge(try load(rules)).explain(try inquiry("10de:01")).candidates.map(\.sentence)
        #expect(explained.first == "t.rules:1: it names a user, group or program that this host does not have")
    }

    @Test(
        "who names the real path beside it misses nothing: rules for hosts with and without merged folders",
        arguments: [
            "exe={/usr/bin/python3,/usr/bin/python3.13}", "exe={/bin/tool,/usr/bin/tool}", "exe=/{bin,usr/bin}/tool",
            "exe={/bin/*,/usr/bin/*}", "exe={/usr/bin/python3,/usr/bin/python3.*}", "exe=/{bin,usr/bin}/t*",
        ])
    func besideTheReal(_ condition: String) throws {
        for rule in ["deny object=10de:01 \(condition)\n", "allow object=10de:01 uid=0 \(condition)\n"] {
            #expect(try load(rule).warnings.isEmpty)
        }
        let real = condition.contains("python") ? "/usr/bin/python3.13" : "/usr/bin/tool"
        #expect(try verdict("deny object=10de:01 \(condition)\nallow object=10de:01\n", exe: .known(real)) == .deny)
    }

    @Test("what is not there yet is lint's, and what could not be looked at is said")
    func missing() throws {
        let rules = "deny object=10de:01 exe=/usr/bin/gone\ndeny object=10de:02 exe=/opt/gone/*\n"
        let policy = try load("\(rules)allow object=10de:03 uid=0\n")
        #expect(policy.warnings.isEmpty)
        #expect(
            policy.lint(at: testTime) { _ in true }.map(\.message) == [
                "there is nothing at '/usr/bin/gone' on this host", "there is nothing at '/opt/gone' on this host",
            ])
        let failed = try load("deny object=10de:01 exe=/root/tool\n")
        #expect(failed.warnings.map { $0.message.hasSuffix("cannot look at /root/tool: Permission denied") } == [true])
        #expect(
            try verdict("deny object=10de:01 exe=/root/tool\nallow object=10de:01\n", exe: .known("/root/tool"))
                == .deny)
    }

    @Test("an expectation of such a program is an error")
    func expected() {
        let text = "deny object=10de:01 uid=0 exe=/usr/bin/python3\n"
        let error = #expect(throws: PolicyError.self) {
            try Expectations.load(files: [RuleFile(path: "t.expect", text: text)], resolver: MadeUpPaths())
        }
        #expect(error?.errors.map(\.remedy) == ["write exe=/usr/bin/python3.13"])
    }

    @Test("each path is looked at once, however many rules name it")
    func once() throws {
        let paths = MadeUpPaths()
        let rules = (0..<300).map {
            "allow object=10de:01 uid=\($0) exe=/usr/bin/tool-\($0 % 3)\ndeny uid=\($0) exe=/opt/*/\($0)\n"
        }
        _ = try load(rules.joined(), paths)
        #expect(paths.counts == ["/usr/bin/tool-0": 1, "/usr/bin/tool-1": 1, "/usr/bin/tool-2": 1, "/opt/": 1])
    }
}
