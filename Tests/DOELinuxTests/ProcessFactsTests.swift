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
        if unsafe access("/proc/\(getppid())/comm", R_OK) == 0 {
            #expect(facts.parent.value?.hasPrefix("\(getppid()) ") == true)
        } else {
            #expect(facts.parent == .unknown)
            print("\nNOT TESTED: the name of a process' parent: /proc hides the processes of others (hidepid)")
        }
        var client = Client(pid: .known(1))
        client.take(facts)
        #expect(client.exe == facts.exe && client.unit == facts.unit && client.parent == facts.parent)
        #expect(client.loginUID == facts.loginUID && client.session == facts.session)
        #expect(client.container == facts.container && client.pid == .known(1) && client.uid == .unknown)
    }

    @Test("this one is on the host itself")
    func host() throws {
        // The number of the first namespace of processes (PROC_PID_INIT_INO in the kernel's include/linux/proc_ns.h).
        guard try SmallText.link("/proc/self/ns/pid") == "pid:[4026531836]" else {
            print("\nNOT TESTED: that a process on the host itself is in no container: these tests are not on the host")
            return
        }
        #expect(ProcessFacts(pid: getpid()).container == .none)
    }

    @Test("of one that is not there nothing is known")
    func absent() {
        let facts = ProcessFacts(pid: .max)
        for fact in [facts.exe, facts.unit, facts.container, facts.parent] { #expect(fact == .unknown) }
    }

    @Test(
        "a container is called as its outermost control group says",
        arguments: [
            ("0::/init.scope", nil), ("0::/", nil), ("", nil), ("0::/system.slice/ssh.service", nil),
            ("0::/system.slice/docker-\(Self.id("a1")).scope", "a1a1a1a1a1a1"),
            ("0::/docker/\(Self.id("b2"))/init", "b2b2b2b2b2b2"),
            ("12:pids:/x\n0::/machine.slice/libpod-\(Self.id("c3")).scope", "c3c3c3c3c3c3"),
            ("0::/system.slice/web.service/libpod-payload-\(Self.id("d4"))", "d4d4d4d4d4d4"),
            ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(Self.id("e5")).scope", "e5e5e5e5e5e5"),
            ("0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:\(Self.id("f6"))", "f6f6f6f6f6f6"),
            // Who is inside calls his own groups as he likes, in whatever hierarchy.
            ("0::/system.slice/docker-\(Self.id("a1")).scope/\(Self.id("bb"))", "a1a1a1a1a1a1"),
            ("0::/lxc.payload.web1/machine-other.scope", "web1"),
            ("4:memory:/docker/\(Self.id("a1"))\n0::/x/y/z/\(Self.id("bb"))", "a1a1a1a1a1a1"),
            ("4:memory:/x/y/z/\(Self.id("bb"))\n0::/docker/\(Self.id("a1"))", "a1a1a1a1a1a1"),
            // LXC and Proxmox, machinectl, libvirt, Amazon, Cloud Foundry.
            ("0::/lxc.payload.NAME", "NAME"), ("0::/lxc.payload/old/x", "old"), ("0::/lxc/101/ns/init.scope", "101"),
            ("0::/machine.slice/systemd-nspawn@web1.service/payload/init.scope", "web1"),
            ("0::/machine.slice/systemd-nspawn@web\\x2d1.service/payload", "web-1"),
            ("0::/machine.slice/machine-web1.scope/payload", "web1"),
            ("0::/machine.slice/machine-qemu\\x2d1\\x2dguest.scope/libvirt/emulator", "qemu-1-guest"),
            ("0::/machine.slice/machine-a\\x2.scope", "a\\x2"),
            ("1:name=systemd:/ecs/TASK/TASK-1234567890", "TASK-1234567890"),
            ("9:cpu:/ecs/0123abcd/\(Self.id("a1"))", "a1a1a1a1a1a1"), ("9:cpu:/garden/ID", "ID"),
            ("0::/../../docker-\(Self.id("a1")).scope", "a1a1a1a1a1a1"),
            // A slice groups machines and is none; a scope without a name neither.
            ("0::/machine.slice/machine-tenants.slice/foo.service", nil), ("0::/machine.slice/machine-.scope", nil),
            ("0::/lxc", nil), ("0::/ecs/TASK", nil), ("0::/lxc.payload.", nil),
            // One digit short, and one that is no digit.
            ("0::/docker/\(Self.id("a").dropLast())", nil), ("0::/docker/\(Self.id("a").dropLast())g", nil),
        ] as [(String, String?)])
    func containers(_ text: String, _ name: String?) {
        #expect(ProcessFacts.container(inControlGroups: text) == name)
    }

    @Test("a name that records would take for another fact, or that is an id, is not what a rule could be fooled by")
    func doubtfulNames() {
        #expect(ControlGroup(path: "/lxc.payload.none").container == .unknown)
        #expect(ControlGroup(path: "/lxc/unknown/ns").container == .unknown)
        #expect(ControlGroup(path: "/lxc.payload.nonesuch").container == .known("nonesuch"))
        #expect(ControlGroup(path: "/lxc.payload.\(Self.id("a1"))").container == .known("a1a1a1a1a1a1"))
        #expect(ControlGroup(path: "/garden/x:\(Self.id("b2"))").container == .known("b2b2b2b2b2b2"))
        // The outermost, as ever.
        #expect(ControlGroup(path: "/lxc.payload.none/lxc.payload.web1").container == .unknown)
    }

    private static func id(_ digits: String) -> String { String(repeating: digits, count: 64 / digits.count) }
}
