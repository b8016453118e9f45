import DOEAssembly
import DOEWords
import Glibc
import TestSupport
import Testing
import WitnessTestSupport

@testable import DOEWitness

@Suite("Whose a write through VFIO is")
struct PassedThroughTests {
    private static func seen(_ road: Road, threads: [Int32] = [467], at time: UInt64 = 0) -> AssembledObservation {
        AssembledObservation(
            .configWrites(count: 1, function: Addresses.device, offset: 4, width: 2, value: 6), road: road,
            way: road == .passthrough ? .vfio : .sysfs, threads: threads, named: time, began: time, ended: time)
    }

    private static func client(_ exe: Fact<String>, pid: Int32 = 467) -> Client {
        Client(via: .none, pid: .known(pid), uid: .known(0), groups: .unknown, exe: exe, unit: .none)
    }

    private static func passed() -> PassedThrough {
        PassedThrough { GuestProgram.isOne($0) { !$0.hasPrefix("/home/") } }
    }

    @Test("a program that runs guests, and is root's file, is a guest's way; any other one is the host's own")
    func programs() {
        var passed = Self.passed()
        for path in ["/usr/bin/qemu-system-x86_64", "/usr/libexec/qemu-kvm", "/opt/kata/bin/cloud-hypervisor"] {
            let (road, guest) = passed.road(of: Self.seen(.passthrough), by: Self.client(.known(path)))
            #expect(road == .passthrough && guest == .program, "\(path)")
        }
        for path in [
            "/usr/bin/dpdk-testpmd", "/home/me/qemu-system-x86_64", "/usr/bin/qemu-img", "/", "/usr/bin/not-kvm",
        ] {
            let (road, guest) = passed.road(of: Self.seen(.passthrough), by: Self.client(.known(path)))
            #expect(road == .bypass && guest == .program, "\(path)")
        }
    }

    @Test("where nobody knows the program it is loud, once a process")
    func unknown() {
        var passed = Self.passed()
        for (pid, isNews) in [(467, true), (467, false), (468, true), (467, false), (468, false)] as [(Int32, Bool)] {
            let (road, guest) = passed.road(
                of: Self.seen(.passthrough, threads: [pid]), by: Self.client(.unknown, pid: pid))
            #expect(road == .passthrough && guest == .missing(isNews: isNews), "\(pid)")
        }
    }

    @Test("what came by a file, or by the kernel, is what it was", arguments: [Road.bypass, .kernel])
    func others(_ road: Road) {
        var passed = Self.passed()
        let client = Self.client(.known("/usr/bin/qemu-system-x86_64"))
        #expect(passed.road(of: Self.seen(road), by: client) == (road, .program))
    }

    @Test("a name is believed only where nobody but root can put a file there")
    func rootsAlone() throws {
        let folder = TemporaryDirectory()
        let path = "\(folder.path)/qemu-system-x86_64"
        close(unsafe open(path, O_CREAT | O_WRONLY, 0o755))
        // Temporary directories lie below one where everybody may write.
        #expect(!GuestProgram.isOne(path))
        #expect(GuestProgram.isOne(path) { $0 == path })
        #expect(!GuestProgram.isOne("/usr/bin/qemu-system-that-is-not-there"))
    }
}
