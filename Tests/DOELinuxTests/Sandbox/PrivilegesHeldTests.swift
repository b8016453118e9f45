import Glibc
import SystemPackage
import Testing

@testable import DOELinux

@Suite("What a process has given up")
struct PrivilegesHeldTests {
    private static let status = """
        Name:\tdoe-auditd
        Uid:\t990\t990\t990\t990
        Gid:\t980\t980\t980\t980
        Groups:\t101 980\u{20}
        CapInh:\t0000000000000000
        CapPrm:\t0000000000000000
        CapEff:\t0000000000000000
        CapBnd:\t0000000000000000
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        Seccomp:\t0
        """

    private func held(
        _ status: String = status, dumpable: Bool = false, bits: UInt = Privileges.secureBits, keeps: Bool = false
    ) -> PrivilegesHeld {
        PrivilegesHeld(
            status: PrivilegesHeld.lines(of: status), isDumpable: dumpable, secureBits: Int32(bits),
            keepsCapabilities: keeps)
    }

    private func user() throws -> SystemUser {
        try SystemUser(name: "doe-audit", id: 990, group: 980, groups: [980, 101])
    }

    @Test("is believed when all of it is so")
    func whole() throws { try held().demand(none: user()) }

    @Test(
        "is not believed when one thing is left, or cannot be read",
        arguments: [
            ("Uid:\t990\t990\t990\t990", "Uid:\t990\t990\t0\t990"), ("Uid:\t990\t990\t990\t990", "Uid:\t0\t0\t0\t0"),
            ("Gid:\t980\t980\t980\t980", "Gid:\t980\t0\t980\t980"), ("Groups:\t101 980", "Groups:\t0 101 980"),
            ("Groups:\t101 980", "Groups:\t101"), ("CapInh:\t0000000000000000", "CapInh:\t0000000000000001"),
            ("CapPrm:\t0000000000000000", "CapPrm:\t0000000000200000"),
            ("CapEff:\t0000000000000000", "CapEff:\t0000000000080000"),
            ("CapBnd:\t0000000000000000", "CapBnd:\t000001ffffffffff"),
            ("CapAmb:\t0000000000000000", "CapAmb:\t0000000000000002"), ("NoNewPrivs:\t1", "NoNewPrivs:\t0"),
            ("Uid:", "Uld:"), ("CapBnd:", "Bnd:"), ("NoNewPrivs:\t1", "NoNewPrivs:\t1\nNoNewPrivs:\t0"),
        ])
    func oneLeft(_ right: String, _ wrong: String) throws {
        #expect(Self.status.contains(right))
        let status = Self.status.replacing(right, with: wrong)
        let user = try user()
        #expect(throws: LinuxError.self) { try held(status).demand(none: user) }
    }

    @Test("is not believed of a process that can be traced, keeps capabilities, or whose bits are not locked")
    func itself() throws {
        let user = try user()
        #expect(throws: LinuxError.self) { try held(dumpable: true).demand(none: user) }
        #expect(throws: LinuxError.self) { try held(keeps: true).demand(none: user) }
        for bit in 0..<8 as Range<UInt> {
            #expect(throws: LinuxError.self) { try held(bits: Privileges.secureBits ^ 1 << bit).demand(none: user) }
        }
    }

    @Test("root, root's group and nobody are no user for a service")
    func users() throws {
        #expect(throws: LinuxError.self) { try SystemUser(name: "x", id: 0, group: 980) }
        #expect(throws: LinuxError.self) { try SystemUser(name: "x", id: 990, group: 0) }
        #expect(throws: LinuxError.self) { try SystemUser(name: "x", id: 990, group: 980, groups: [101, 0]) }
        #expect(throws: LinuxError.self) { try SystemUser(name: "x", id: 65534, group: 980) }
        #expect(throws: LinuxError.self) { try SystemUser(name: "x", id: .max, group: 980) }
        #expect(throws: LinuxError.self) { try SystemUser.named("root") }
        #expect(try SystemUser.named("no-such-user-of-doe-audit") == nil)
    }

    @Test("cannot be given up where there are other threads already, for they would keep it")
    func manyThreads() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let end = ends[0]
        let other = try WorkerThread(name: "waits") {
            var byte: UInt8 = 0
            _ = unsafe read(end, &byte, 1)
        }
        defer {
            close(ends[1])
            other.join()
            close(end)
        }
        let user = try user()
        #expect(throws: LinuxError.self) { try Privileges.giveUp(becoming: user) }
        #expect(throws: LinuxError.self) { _ = try FileAccess([], tcp: false).restrict() }
    }

    @Test("what a kernel cannot restrict is said, and nothing where it can")
    func landlock() {
        #expect(FileAccess.shortcomings(ofVersion: 6, tcp: false) == [])
        #expect(FileAccess.shortcomings(ofVersion: 11, tcp: true) == [])
        #expect(
            FileAccess.shortcomings(ofVersion: 2, tcp: false) == [
                "this kernel's Landlock (version 2) does not restrict: truncating files, TCP, ioctl on devices, "
                    + "signals and abstract sockets"
            ])
        #expect(FileAccess.shortcomings(ofVersion: 3, tcp: true).first?.contains("TCP") == false)
        #expect(FileAccess.absence(38).contains("has no Landlock") && FileAccess.absence(95).contains("switched off"))
    }
}
