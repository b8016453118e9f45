import DOEWords
import Glibc
import Testing

@testable import DOELinux

@Suite("What is read of a process")
struct ProcessFactsTests {
    @Test("a living process has a program and a parent")
    func alive() throws {
        let facts = ProcessFacts(pid: getpid())
        #expect(facts.exe == .known(try SmallText.link("/proc/self/exe")))
        #expect(facts.parent.value?.hasPrefix("\(getppid()) ") == true)
        var client = Client(pid: .known(1))
        client.take(facts)
        #expect(client.exe == facts.exe && client.unit == facts.unit && client.parent == facts.parent)
        #expect(client.loginUID == facts.loginUID && client.session == facts.session)
        #expect(client.container == facts.container && client.pid == .known(1) && client.uid == .unknown)
    }

    @Test("of one that is not there nothing is known")
    func absent() {
        let facts = ProcessFacts(pid: .max)
        for fact in [facts.exe, facts.unit, facts.container, facts.parent] { #expect(fact == .unknown) }
    }

    @Test(
        "the container is read from the control group",
        arguments: [
            ("0::/init.scope", nil),
            ("0::/", nil),
            ("", nil),
            ("0::/system.slice/ssh.service", nil),
            ("0::/system.slice/docker-\(String(repeating: "a1", count: 32)).scope", "a1a1a1a1a1a1"),
            ("0::/docker/\(String(repeating: "b2", count: 32))/init", "b2b2b2b2b2b2"),
            ("12:pids:/x\n0::/machine.slice/libpod-\(String(repeating: "c3", count: 32)).scope", "c3c3c3c3c3c3"),
            ("0::/machine.slice/machine-web1.scope/payload", "web1"),
            // A slice groups machines and is none; a scope without a name neither.
            ("0::/machine.slice/machine-tenants.slice/foo.service", nil),
            ("0::/machine.slice/machine-.scope", nil),
            // One digit short, and one that is no digit.
            ("0::/docker/\(String(repeating: "a", count: 63))", nil),
            ("0::/docker/\(String(repeating: "a", count: 63))g", nil),
        ] as [(String, String?)])
    func containers(_ text: String, _ name: String?) {
        #expect(ProcessFacts.container(inControlGroups: text) == (name.map { .known($0) } ?? .none))
    }
}
