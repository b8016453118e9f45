import DOEPolicy
import DOERecord
import DOEWords
import Testing

@testable import DOEMonitor

@Suite("Loading rules, at the start and again")
struct PolicyLoadTests {
    private static let good = "allow object=0001:00\ndeny object=1e98:02\n"
    private static let broken = "allow object=0001:00\nalow object=1e98:02\n"
    private static let root = Client(
        via: .known(.unix), pid: .known(7), uid: .known(0), exe: .known("/usr/bin/doe-audit"), unit: .none)

    private func load(
        _ text: String, after former: PolicyLoad? = nil, _ asker: PolicyLoad.Asker = .start,
        _ accounts: some NameResolver = NoAccounts()
    ) -> PolicyLoad {
        PolicyLoad(after: former, askedBy: asker) { generation in
            try Policy.load(
                files: [RuleFile(path: "/etc/x/50-site.rules", text: text)], kernel: KernelVersion(major: 6, minor: 12),
                resolver: accounts, generation: generation)
        }
    }

    @Test("rules that can be used are in force, each load under a generation of its own")
    func loaded() {
        let first = load(Self.good)
        #expect(first.error == nil && first.problem == nil && !first.isUnchanged)
        #expect(first.policy.identity.generation == 1 && first.policy.ruleCount == 2)
        #expect(first.record.event == .policyLoaded && first.record.priority == .notice)
        #expect(first.record.message == "Policy: in force, rules: 2, files: 1")
        let second = load(Self.good + "deny\n", after: first, .client(Self.root))
        #expect(second.policy.identity.generation == 2 && second.policy.ruleCount == 3 && !second.isUnchanged)
        #expect(
            second.record.message
                == "Policy reloaded for uid 0 /usr/bin/doe-audit[7]: in force, rules: 3, files: 1")
        #expect(second.record[.clientUID] == "0" && second.record[.policy] == second.policy.identity.description)
        let third = load(Self.good + "deny\n", after: second, .signal)
        #expect(third.isUnchanged && third.policy.identity.generation == 3)
        #expect(third.record.message == "Policy reloaded at SIGHUP: in force, the same as before, rules: 3, files: 1")
        #expect(third.record[.clientUID] == nil)
    }

    @Test("broken rules leave in force what was, and say so with file, line and column")
    func broken() throws {
        let first = load(Self.good)
        let second = load(Self.broken, after: first, .signal)
        #expect(second.policy === first.policy)
        let problem = try #require(second.problem)
        #expect(problem.hasPrefix("the rules are broken, generation 1 stays in force: /etc/x/50-site.rules:2:1: "))
        #expect(second.record.event == .policyBroken && second.record.priority == .error)
        #expect(second.record.message == "Policy reloaded at SIGHUP: \(problem)")
        #expect(second.record[.policy] == first.policy.identity.description)
        #expect(second.complaints.count == 2 && second.complaints.last?.contains("    ^~~~") == true)
        // A number is given to what is in force only.
        let third = load(Self.good + "deny\n", after: second, .signal)
        #expect(third.policy.identity.generation == 2 && third.problem == nil)
    }

    @Test("broken rules at the start refuse everything, until a load works")
    func brokenAtTheStart() throws {
        let first = load(Self.broken)
        #expect(first.policy.ruleCount == 0 && first.policy.identity.generation == 1)
        #expect(first.problem?.hasPrefix("the rules are broken, every exchange is refused: /etc/x/50-site") == true)
        let second = load(Self.broken, after: first, .signal)
        #expect(second.policy === first.policy)
        #expect(second.problem == first.problem)
        let third = load(Self.good, after: second, .signal)
        #expect(third.problem == nil && third.policy.identity.generation == 2 && !third.isUnchanged)
    }

    @Test("no rule at all is no error, and is told")
    func noRule() {
        let load = load("# nothing\n", after: load(Self.good), .signal)
        #expect(load.error == nil && load.policy.ruleCount == 0)
        #expect(load.problem == "there is no rule: every exchange is refused")
        #expect(load.record.event == .policyLoaded && load.record.priority == .error)
    }

    @Test("what goes wrong without an explanation of its own leaves the old policy in force as well")
    func unexplained() {
        struct Strange: Error {}
        let first = load(Self.good)
        let second = PolicyLoad(after: first, askedBy: .signal) { _ in throw Strange() }
        #expect(second.policy === first.policy && second.error != nil)
    }

    @Test("names are looked up again, so the same rules may decide otherwise under another generation")
    func names() throws {
        struct One: NameResolver {
            let id: UInt32
            func user(named name: String) -> NameLookup { .id(id) }
            func group(named name: String) -> NameLookup { .notFound }
        }
        let text = "allow object=0001:00 user=agent\n"
        let first = load(text, .start, One(id: 1))
        let second = load(text, after: first, .signal, One(id: 2))
        #expect(second.isUnchanged && second.policy.identity.generation == 2)
        for (load, allowed) in [(first, UInt32(1)), (second, 2)] {
            for uid: UInt32 in 1...2 {
                let inquiry = Inquiry(
                    road: .proxy, mailbox: MailboxIdentity(name: .simulated("x")),
                    client: Client(via: .known(.unix), uid: .known(uid)), mode: .production, object: .discovery)
                #expect((Judge(load.policy).decide(inquiry).verdict == .allow) == (uid == allowed))
            }
        }
    }
}
