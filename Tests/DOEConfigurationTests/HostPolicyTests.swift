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
        guard case .unreadable(let why) = try HostPolicy.runningKernel(procfs: tree.path).symbols else {
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
