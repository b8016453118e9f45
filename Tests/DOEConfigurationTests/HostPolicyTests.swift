import DOELinux
import DOEPolicy
import Testing

@testable import DOEConfiguration

@Suite struct HostPolicyTests {
    private func load(_ tree: TemporaryTree, _ place: String = "rules") throws -> Policy {
        try HostPolicy.load(rulesDirectory: "\(tree.path)/\(place)", generation: 3)
    }

    @Test func `the rules of a directory become a policy, in the order of the files' names`() throws {
        let tree = TemporaryTree()
        tree.folder("rules")
        tree.file("rules/20-b.rules", "deny object=0001:00\n")
        tree.file("rules/10-a.rules", "allow object=1e98:02\nwarn object=10de:*\n")
        tree.file("rules/notes.txt", "this is no rule\n")
        let policy = try load(tree)
        #expect(policy.ruleCount == 3)
        #expect(policy.files == ["\(tree.path)/rules/10-a.rules", "\(tree.path)/rules/20-b.rules"])
        #expect(policy.identity.generation == 3)
    }

    @Test func `a file of rules that is passed over is a warning of the load`() throws {
        let tree = TemporaryTree()
        tree.folder("rules")
        tree.file("rules/10-a.rules", "allow object=1e98:02\n")
        tree.file("rules/20-B.RULES", "deny object=1e98:02\n")
        let policy = try load(tree)
        #expect(policy.ruleCount == 1)
        #expect(
            policy.warnings.map(\.description) == [
                "\(tree.path)/rules/20-B.RULES: warning: this file is not read: what is read ends in .rules, in small "
                    + "letters\n    give it a name that is read, 50-site.rules, or take it away"
            ])
        tree.file("rules/.30.expect", "deny object=1e98:02 uid=0\n")
        let expected = try HostPolicy.expectations(of: policy, rulesDirectory: "\(tree.path)/rules")
        #expect(expected.warnings.map(\.place.file) == ["\(tree.path)/rules/.30.expect"])
    }

    @Test func `names of users and groups are the host's`() throws {
        let tree = TemporaryTree()
        tree.folder("rules")
        tree.file("rules/10.rules", "deny user=root\nallow group=root\n")
        #expect(try load(tree).ruleCount == 2)
        tree.file("rules/20.rules", "deny user=no-such-user-here\n")
        let error = #expect(throws: PolicyError.self) { try load(tree) }
        #expect(error?.description.contains("no-such-user-here") == true)
    }

    @Test func `one broken file breaks the whole load, and the error names file, line and column`() throws {
        let tree = TemporaryTree()
        tree.folder("rules")
        tree.file("rules/10-good.rules", "allow object=*:*\n")
        tree.file("rules/20-bad.rules", "\nallow objekt=*:*\n")
        let error = #expect(throws: PolicyError.self) { try load(tree) }
        #expect(error?.description.contains("20-bad.rules:2:7") == true)
    }

    @Test func `the running kernel is told by its version and symbols, or else says what is missing`() throws {
        let kernel = try HostPolicy.runningKernel()
        #expect(kernel.version == KernelVersion(release: RunningKernel.release))
        #expect(kernel.symbols == .read)
        let tree = TemporaryTree()
        tree.file("kallsyms", "ffffffff81000000 T _stext\n")
        let elsewhere: HostPolicy.SymbolReader = { () throws(LinuxError) in try KernelSymbols(procfs: tree.path) }
        guard case .unreadable(let why) = try HostPolicy.runningKernel(symbols: elsewhere).symbols else {
            Issue.record("a made-up table was believed")
            return
        }
        #expect(why.contains("\(tree.path)/kallsyms"))
    }

    @Test func `a directory that does not exist is an error, not a policy without rules`() throws {
        let tree = TemporaryTree()
        tree.folder("rules")
        let error = #expect(throws: DropInError.self) { try load(tree, "none") }
        #expect(error?.problem.contains("\(tree.path)/none") == true)
    }
}

@Suite struct HostExpectationsTests {
    @Test func `what stands in the package's directory is tried against what stands there, whatever masks it`() throws {
        let tree = TemporaryTree()
        for folder in ["etc", "lib"] { tree.folder(folder) }
        let places = DropInDirectories(
            paths: ["\(tree.path)/etc", "\(tree.path)/lib"], selection: .suffix(".rules"), mustExist: true,
            owners: [0, AccountDatabase.effectiveUserID])
        tree.file("lib/90-a.rules", "allow object=0001:00\n")
        tree.file("lib/90-a.expect", "allow object=0001:00 uid=7\n")
        tree.file("etc/90-a.rules", "deny object=0001:00\n")
        tree.file("etc/95-b.expect", "deny object=0001:00 uid=7\n")
        let kernel = KernelFacts(KernelVersion(major: 6, minor: 12))
        let policy = try Policy.load(
            files: try HostPolicy.read(places), kernel: kernel, resolver: HostNames(), generation: 0)
        let expected = try HostExpectations(beside: places, kernel: kernel)
        #expect(expected.count == 2)
        #expect(expected.differences(under: policy, at: .now) == [])
        // A namesake of the site's masks the package's, and is the site's.
        tree.file("etc/90-a.expect", "allow object=0001:00 uid=7\n")
        let masked = try HostExpectations(beside: places, kernel: kernel)
        #expect(masked.count == 2)
        #expect(masked.differences(under: policy, at: .now).map(\.place.file) == ["\(tree.path)/etc/90-a.expect"])
    }

    @Test func `in a directory named by hand a file's name tells whose it is`() {
        let places = DropInDirectories.rules(in: "/x")
        for name in ["90-doe-audit.rules", "90-", "95-vendor.rules", "zz.rules"] {
            #expect(places.isPackaged("/x/\(name)"), "\(name)")
        }
        for name in ["50-site.rules", "89-last.rules", "9", "8-a.rules"] {
            #expect(!places.isPackaged("/x/\(name)"), "\(name)")
        }
    }
}
