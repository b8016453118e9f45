import DOELinux
import DOEPolicy
import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOEConfiguration

/// What the rules, an explanation and the daemon's own look at a process say of a program's path, held against what
/// the kernel says when it is run by that path.
@Suite("Rules, explanations and the daemon agree on a program's path")
struct ProgramAgreementTests {
    private let directory = TemporaryDirectory()
    private var root: String { directory.path + "/root" }
    private var rules: String { directory.path + "/rules" }

    init() throws {
        for folder in [root, rules] { try #require(unsafe mkdir(folder, 0o755) == 0) }
        // A program that waits for its input; all others are further names of the same file.
        try copy("/bin/cat", to: directory.path + "/cat")
    }

    private func copy(_ from: String, to: String) throws {
        try write(try WholeFile.read(from, limit: 64 << 20), to: to)
    }

    private func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o755) throws {
        try WholeFile.write(bytes, to: path, mode: mode)
    }

    /// The path by which the daemon would know a process that was started by this one; `nil` where none starts.
    private func fact(_ path: String) throws -> Fact<String>? {
        for _ in 0..<100 {
            do {
                let child = try SpawnedChild(path)
                defer { child.kill() }
                return ProcessFacts.program(of: child.pid)
            } catch let error as SpawnedChild.NotStarted where error.error == ETXTBSY {
                // A child of another test holds what was just written, until it runs its own program.
                usleep(10_000)
            } catch is SpawnedChild.NotStarted {
                return nil
            }
        }
        throw SpawnedChild.NotStarted(error: ETXTBSY)
    }

    private func load(_ text: String) throws -> Policy {
        let path = rules + "/50.rules"
        try write(Array(text.utf8), to: path, mode: 0o644)
        return try HostPolicy.load(rulesDirectory: rules, generation: 1, kernel: KernelVersion(major: 6, minor: 12))
    }

    private func verdict(_ policy: Policy, of exe: Fact<String>) -> Verdict {
        let client = Client(
            via: .known(.unix), pid: .none, uid: .known(0), groups: .none, loginUID: .none, session: .none, exe: exe,
            unit: .none, container: .none, parent: .none)
        let object = ObjectID(vendor: 0x10de, type: 1)
        return Judge(policy).decide(Inquiry(road: .proxy, client: client, mode: .production, object: object)).verdict
    }

    /// What was found of one path.
    private enum Kind { case program, another, nothing }

    private func check(_ path: String) throws -> Kind {
        let fact = try fact(path)
        let obstacle = HostNames().obstacle(toProgramAt: path)
        let deny = Result { try load("deny object=10de:01 exe=\"\(path)\"\nallow object=10de:01\n") }
        let allow = try load("allow object=10de:01 exe=\"\(path)\"\n")
        let others = try load("allow object=10de:01 exe!=\"\(path)\"\n")
        guard let fact else {
            // Nothing runs by that path: either there is nothing yet, or there is what never can.
            if let policy = try? deny.get() {
                #expect(obstacle == nil && policy.lint(at: .now) { _ in true }.contains { $0.message.contains(path) })
            } else {
                #expect(obstacle != nil && !allow.warnings.isEmpty, "\(path)")
            }
            return .nothing
        }
        guard fact != .known(path) else {
            #expect(obstacle == nil, "\(path): \(String(describing: obstacle))")
            let policy = try deny.get()
            #expect(policy.warnings.isEmpty && allow.warnings.isEmpty && others.warnings.isEmpty)
            #expect(verdict(policy, of: fact) == .deny && verdict(allow, of: fact) == .allow, "\(path)")
            #expect(verdict(others, of: fact) == .deny)
            return .program
        }
        // Another program runs: the rule would miss it, so there is none that refuses, and none that lets it pass.
        let error = #expect(throws: PolicyError.self, "\(path)") { try deny.get() }
        let real = try #require(fact.value)
        let isScript = real == directory.path + "/cat"
        #expect(isScript || error?.description.contains("exe=\(real)") == true, "\(path)")
        #expect(isScript || obstacle?.remedy == "write \(real)", "\(path)")
        #expect(obstacle != nil && !allow.warnings.isEmpty && !others.warnings.isEmpty, "\(path)")
        #expect(verdict(allow, of: fact) == .deny && verdict(others, of: fact) == .deny, "\(path)")
        return .another
    }

    /// Programs, folders, scripts, a pipe, and links of every kind to any of them; returns every path that leads
    /// through the names, four deep.
    private func plant(_ random: inout SeededGenerator) throws -> [String] {
        var folders = [root]
        var all = [root]
        for number in 0..<14 {
            let folder = try #require(folders.randomElement(using: &random))
            let path = "\(folder)/n\(number)"
            let target = try #require(all.randomElement(using: &random))
            let done =
                switch Int.random(in: 0..<10, using: &random) {
                case 0, 1: unsafe mkdir(path, 0o755)
                case 2, 3: unsafe Glibc.link(directory.path + "/cat", path)
                case 4: unsafe mkfifo(path, 0o644)
                case 5: unsafe symlink("n\(Int.random(in: 0..<14, using: &random))", path)
                case 6: unsafe symlink("../\(root.split(separator: "/").last ?? "")/n0", path)
                case 7, 8: unsafe symlink(target, path)
                default: try script(path)
                }
            try #require(done == 0)
            var status = stat()
            if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
            all.append(path)
        }
        var paths = [root]
        var last = [root]
        for _ in 0..<4 {
            last = last.flatMap { folder in (0..<14).map { "\(folder)/n\($0)" } }.filter {
                var status = stat()
                return unsafe lstat($0, &status) == 0
            }
            paths += last
        }
        return Array(paths.shuffled(using: &random).prefix(40))
    }

    private func script(_ path: String) throws -> Int32 {
        try write(Array("#!\(directory.path)/cat -\n".utf8), to: path)
        return 0
    }

    @Test("whatever stands there, and however it is reached", arguments: 0..<12 as Range<UInt64>)
    func generated(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for path in try plant(&random) { _ = try check(path) }
        for path in ["\(root)/nothing", "\(root)/n0/nothing", "\(root)/n1/n2/n3"] { _ = try check(path) }
    }

    @Test("merged folders, alternatives, an application behind a link")
    func named() throws {
        for folder in ["usr", "usr/bin", "opt", "opt/app-1.2", "etc", "etc/alternatives"] {
            try #require(unsafe mkdir("\(root)/\(folder)", 0o755) == 0)
        }
        for program in ["usr/bin/python3.13", "opt/app-1.2/tool", "usr/bin/a b{c}*"] {
            try #require(unsafe Glibc.link(directory.path + "/cat", "\(root)/\(program)") == 0)
        }
        _ = try script("\(root)/usr/bin/dnf")
        for (name, target) in [
            ("bin", "usr/bin"), ("usr/bin/python3", "python3.13"),
            ("usr/bin/python", "\(root)/etc/alternatives/python"),
            ("opt/app", "app-1.2"), ("etc/alternatives/python", "\(root)/usr/bin/python3"),
        ] {
            try #require(unsafe symlink(target, "\(root)/\(name)") == 0)
        }
        for (path, kind) in [
            ("usr/bin/python3.13", Kind.program), ("opt/app-1.2/tool", .program), ("usr/bin/a b{c}*", .program),
            ("usr/bin/python", .another), ("usr/bin/python3", .another), ("bin/python3.13", .another),
            ("bin/python3", .another),
            ("opt/app/tool", .another), ("etc/alternatives/python", .another), ("usr/bin/dnf", .another),
            ("bin/dnf", .another), ("usr/bin", .nothing), ("bin", .nothing), ("usr/bin/perl", .nothing),
        ] {
            #expect(try check("\(root)/\(path)") == kind, "\(path)")
        }
        // What is no name of a file at all is refused by the language, in every rule and in every explanation.
        for path in ["usr/bin/", "usr//bin/python3.13", "usr/./bin/x", "usr/../usr/bin/python3.13"] {
            #expect(throws: PolicyError.self) { try load("allow object=10de:01 exe=\(root)/\(path)\n") }
            #expect(FactValue.obstacle(to: "\(root)/\(path)", as: "exe") != nil)
        }
        for (glob, works) in [
            ("usr/bin/python3.*", true), ("bin/python3.*", false), ("opt/app/*", false), ("opt/*/tool", true),
        ] {
            let fact = try #require(
                try fact("\(root)/\(glob.contains("python") ? "usr/bin/python3.13" : "opt/app-1.2/tool")"))
            let rules = "deny object=10de:01 exe=\(root)/\(glob)\nallow object=10de:01\n"
            if works {
                #expect(verdict(try load(rules), of: fact) == .deny, "\(glob)")
            } else {
                #expect(throws: PolicyError.self, "\(glob)") { try load(rules) }
            }
        }
    }

    @Test("a program whose file was taken away or replaced is unknown, and its path is what stands there now")
    func changed() throws {
        let path = "\(root)/tool"
        try copy("/bin/cat", to: path)
        let child = try SpawnedChild(path)
        defer { child.kill() }
        #expect(ProcessFacts.program(of: child.pid) == .known(path))
        try #require(unsafe unlink(path) == 0)
        #expect(ProcessFacts.program(of: child.pid) == .unknown)
        #expect(try check(path) == .nothing)
        try copy("/bin/cat", to: path)
        #expect(ProcessFacts.program(of: child.pid) == .unknown)
        #expect(try check(path) == .program)
        try #require(unsafe unlink(path) == 0 && symlink(directory.path + "/cat", path) == 0)
        #expect(try check(path) == .another)
    }
}
