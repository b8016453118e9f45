import DOELinux
import DOEWords
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import DOEMonitor

/// A lease that a test needs.
func sampleLease(
    of mailbox: MailboxName = .simulated("bench"), holder: LeaseHolder = .uid(4242), from now: LeaseTime,
    seconds: Int = 60, reason: String = "ticket LAB-1: a day in the lab"
) throws -> Lease {
    Lease(
        id: "0123456789abcdef", of: MailboxIdentity(name: mailbox, serialNumber: .known(0x1234)),
        on: try LeaseTerms(holder: holder, seconds: seconds, reason: reason), from: now)
}

@Suite("What is kept of leases")
struct LeaseKeeperTests {
    private static let now = LeaseTime(sinceBoot: 5_000_000, wallClock: 1_700_000_000_000_000)
    private static let boot = String(repeating: "a", count: 32)
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/leases" }

    private func keeper(boot: String = boot) -> LeaseKeeper { LeaseKeeper(directory: directory.path, boot: boot) }

    private func put(_ bytes: [UInt8]) throws { try WholeFile.write(bytes, to: path, mode: 0o600) }

    @Test("what is written is read: every holder, device and serial number, whatever the reason says")
    func format() throws {
        var leases: [Lease] = []
        for (index, holder) in [LeaseHolder.uid(0), .unit("lab.service")].enumerated() {
            for device in [Fact.known(PCIDeviceID(vendor: 0x8086, device: 0xd93)), .none, .unknown] {
                for serial in [Fact.known(UInt64.max), .none, .unknown] {
                    leases.append(
                        Lease(
                            id: "00ff", mailbox: .simulated("m\(leases.count)"), device: device, serialNumber: serial,
                            holder: holder, reason: " uid 7  sha256 é \(index) ", start: Self.now,
                            end: Self.now.adding(.max)))
                }
            }
        }
        let (boot, read) = try LeaseFormat.parse(LeaseFormat.text(of: leases, boot: Self.boot))
        #expect(boot == Self.boot && Set(read) == Set(leases) && read.count == 18)
        #expect(try LeaseFormat.parse(LeaseFormat.text(of: [], boot: Self.boot)).leases.isEmpty)
    }

    @Test("no file is written that the next daemon would not read: the lease that is too many is refused")
    func tooMany() throws {
        func keeper() -> LeaseKeeper {
            LeaseKeeper(directory: directory.path, boot: Self.boot, sizeLimit: 2_000, clock: { Self.now }) {
                content, path throws(LinuxError) in try AtomicFile.write(content, to: path, mode: 0o600)
            }
        }
        let first = keeper()
        var refusal: Obstacle?
        for number in 0..<40 where refusal == nil {
            let lease = try sampleLease(of: .simulated("m\(number)"), from: Self.now)
            do throws(Obstacle) {
                try first.add(lease)
            } catch {
                refusal = error
            }
        }
        #expect(refusal?.problem.contains("as many leases as can be kept: \(first.all.count)") == true)
        let next = keeper()
        #expect(next.all == first.all && next.all.count > 3 && next.takeFound().problem == nil)
    }

    @Test("a lease outlives the daemon, and not the boot")
    func restart() throws {
        let lease = try sampleLease(from: Self.now)
        try keeper().add(lease)
        let next = keeper()
        #expect(next.all == [lease] && next.lease(of: lease.mailbox) == lease && !next.isEmpty && next.trouble == nil)
        #expect(next.takeFound() == .init())

        let booted = keeper(boot: String(repeating: "b", count: 32))
        #expect(booted.isEmpty)
        #expect(booted.takeFound().ended == [lease])
        #expect(booted.takeFound() == .init())
    }

    @Test("a mailbox has one lease, and ending it ends it once, on the disk too")
    func one() throws {
        let keeper = keeper()
        let lease = try sampleLease(from: Self.now)
        let other = try sampleLease(of: .simulated("other"), from: Self.now)
        try keeper.add(lease)
        try keeper.add(other)
        let error = #expect(throws: Obstacle.self) {
            try keeper.add(try sampleLease(holder: .uid(7), from: Self.now))
        }
        #expect(error?.problem.contains("leased to uid 4242 already") == true)
        #expect(keeper.remove(lease) && !keeper.remove(lease))
        #expect(self.keeper().all == [other])
        #expect(keeper.remove(other))
        #expect(self.keeper().isEmpty)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test("a file that was damaged anywhere holds no lease, and says so")
    func damaged() throws {
        try keeper().add(try sampleLease(from: Self.now))
        let whole = try WholeFile.read(path, limit: 1 << 20)
        var damaged = (0..<whole.count).map { index in
            var bytes = whole
            bytes[index] ^= 1
            return bytes
        }
        damaged += (0..<whole.count).map { Array(whole[..<$0]) }
        damaged.append(whole + whole)
        for bytes in damaged {
            try put(bytes)
            let found = keeper()
            #expect(found.isEmpty)
            #expect(found.trouble?.contains("there is no lease any more") == true)
            #expect(found.takeFound().problem != nil)
        }
        try put(whole)
        #expect(!keeper().isEmpty)
    }

    @Test("a later version is not guessed at")
    func version() throws {
        let body = "doe-audit-leases 2\nboot \(Self.boot)\n"
        try put(Array("\(body)sha256 \(SHA256Digest(of: body.utf8))\n".utf8))
        #expect(keeper().takeFound().problem?.contains("another version") == true)
    }

    @Test("what cannot be read is told")
    func unreadable() throws {
        unsafe mkdir(path, 0o700)
        #expect(keeper().takeFound().problem?.contains(path) == true)
    }

    /// A keeper whose disk can be full.
    private func keeperOnBadDisk(_ isFull: Switch) -> LeaseKeeper {
        LeaseKeeper(directory: directory.path, boot: Self.boot, clock: { Self.now }) {
            content, path throws(LinuxError) in
            if isFull.isOn { throw LinuxError("write", path, .noSpace) }
            try AtomicFile.write(content, to: path, mode: 0o600)
        }
    }

    @Test("a lease that cannot be kept is not given")
    func fullWhileAdding() throws {
        let isFull = Switch(true)
        let keeper = keeperOnBadDisk(isFull)
        let error = #expect(throws: Obstacle.self) { try keeper.add(try sampleLease(from: Self.now)) }
        #expect(error?.problem.contains("cannot be kept") == true && error?.remedy != nil)
        #expect(keeper.isEmpty && self.keeper().isEmpty)
        isFull.isOn = false
        try keeper.add(try sampleLease(from: Self.now))
        #expect(!keeper.isEmpty)
    }

    @Test("a lease that has ended does not come back, even where the file cannot be written any more")
    func fullWhileRemoving() throws {
        let isFull = Switch(false)
        let keeper = keeperOnBadDisk(isFull)
        let lease = try sampleLease(from: Self.now)
        let other = try sampleLease(of: .simulated("other"), from: Self.now)
        try keeper.add(lease)
        try keeper.add(other)
        isFull.isOn = true
        #expect(keeper.remove(lease))
        #expect(keeper.all == [other])
        #expect(keeper.trouble?.contains("do not outlive the daemon") == true)
        #expect(self.keeper().isEmpty)
    }
}

/// A switch that several hold.
private final class Switch: Sendable {
    private let state: Mutex<Bool>

    init(_ isOn: Bool) { state = Mutex(isOn) }

    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
