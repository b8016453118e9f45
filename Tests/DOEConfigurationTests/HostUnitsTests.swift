import DOEPolicy
import DOEWords
import Testing

@testable import DOEConfiguration

@Suite struct HostUnitsTests {
    private let tree = TemporaryTree()

    @Test func `a unit is there if its file is, or its template's`() {
        for folder in ["etc", "etc/systemd", "etc/systemd/system", "usr", "usr/lib", "usr/lib/systemd"] {
            tree.folder(folder)
        }
        tree.folder("usr/lib/systemd/system")
        tree.file("etc/systemd/system/agent.service", "")
        tree.file("usr/lib/systemd/system/worker@.service", "")
        let root = tree.path
        #expect(HostUnits.exists("agent.service", below: root))
        #expect(HostUnits.exists("worker@7.service", below: root))
        #expect(!HostUnits.exists("agnet.service", below: root))
        #expect(!HostUnits.exists("worker.service", below: root))
        #expect(!HostUnits.exists("agent@7.service", below: root))
        // Programs make scopes, there is no file.
        #expect(HostUnits.exists("session-1.scope", below: root))
    }

    @Test func `a name that leads to another unit is that unit's, and one of its own where it leads elsewhere`() {
        for folder in ["etc", "etc/systemd", "etc/systemd/system", "usr", "usr/lib", "usr/lib/systemd"] {
            tree.folder(folder)
        }
        tree.folder("usr/lib/systemd/system")
        for unit in ["ssh.service", "getty@.service", "worker@.service"] {
            tree.file("usr/lib/systemd/system/\(unit)", "")
        }
        tree.link("usr/lib/systemd/system/autovt@.service", to: "getty@.service")
        for (name, target) in [
            ("sshd.service", "/usr/lib/systemd/system/ssh.service"), ("masked.service", "/dev/null"),
            ("linked.service", "/opt/app/other.service"),
            ("worker@7.service", "/usr/lib/systemd/system/worker@.service"),
        ] { tree.link("etc/systemd/system/\(name)", to: target) }
        func behind(_ name: String) -> String? { HostUnits.unit(behind: name, below: tree.path) }
        #expect(behind("sshd.service") == "ssh.service")
        #expect(behind("autovt@tty1.service") == "getty@tty1.service")
        for own in [
            "ssh.service", "getty@tty1.service", "worker@7.service", "worker@8.service", "masked.service",
            "linked.service", "gone.service", "session-1.scope",
        ] { #expect(behind(own) == nil, "\(own)") }
    }

    @Test func `where systemd is not, nothing is said to be missing`() {
        #expect(HostUnits.exists("agent.service", below: tree.path))
    }

    @Test func `another kernel's rules can be asked for, and expectations stand beside the rules`() throws {
        tree.folder("rules")
        tree.file("rules/50-a.rules", "object 0001:01 published \"x\" kernel 6.19..\nallow object=0001:01\n")
        tree.file("rules/50-a.expect", "allow object=0001:01 uid=0 class=kernel-expected\n")
        for (minor, differences) in [(12, 1), (19, 0)] as [(UInt32, Int)] {
            let kernel = KernelVersion(major: 6, minor: minor)
            let policy = try HostPolicy.load(rulesDirectory: tree.folder("rules"), generation: 0, kernel: kernel)
            #expect(policy.ruleCount == 1)
            let expected = try HostPolicy.expectations(of: policy, rulesDirectory: tree.folder("rules"))
            #expect(expected.differences(under: policy, at: Timestamp(microseconds: 0)).count == differences)
        }
    }
}
