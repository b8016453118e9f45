import DOELinux
import DOETrace
import DOEWords
import Testing

@testable import DOEWitness

struct RoadSightTests {
    private static let all = Set(ProbeRole.allCases)
    private static let strict = KernelConfiguration(
        "CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\n")

    private static func facts(_ change: (inout RoadFacts) -> Void = { _ in }) -> RoadFacts {
        var facts = RoadFacts(
            blindness: nil, roles: all, lockdown: .off, configuration: strict, isMemoryAccessRelaxed: false,
            architecture: .x8664, isAMD: false)
        change(&facts)
        return facts
    }

    /// The road whose way begins so.
    private static func road(_ way: String, _ change: (inout RoadFacts) -> Void = { _ in }) throws -> RoadSight {
        try #require(facts(change).roads.first { $0.way.hasPrefix(way) })
    }

    @Test("with all probes what can be seen is seen, and what cannot be is not called so")
    func everything() {
        let degrees = Self.facts().roads.map(\.degree)
        #expect(
            degrees == [
                .seen, .seen, .seen, .seen, .partly, .closed, .closed, .notVisible, .notVisible, .notVisible,
                .notVisible, .closed, .notVisible, .notVisible, .notVisible,
            ])
    }

    @Test("a blind witness sees none of them, and says why and what to do on each")
    func blind() {
        let obstacle = Obstacle("there is no tracefs", remedy: "mount it")
        let roads = Self.facts {
            $0.blindness = obstacle; $0.roles = []
        }.roads
        #expect(roads.allSatisfy { $0.degree == .notVisible || $0.degree == .closed })
        #expect(roads[..<5].allSatisfy { $0.reason == obstacle.problem && $0.remedy == obstacle.remedy })
    }

    @Test("lockdown closes what writes to config space, and not what a guest does")
    func lockdown() throws {
        for degree in ["integrity", "confidentiality"] {
            for way in ["sysfs", "/proc", "/dev/mem", "I/O ports"] {
                #expect(try Self.road(way) { $0.lockdown = .on(degree) }.degree == .closed)
            }
            #expect(try Self.road("vfio") { $0.lockdown = .on(degree) }.degree == .seen)
            // Blind or not: nobody gets through there.
            #expect(
                try Self.road("sysfs") {
                    $0.lockdown = .on(degree); $0.blindness = Obstacle("blind")
                }.degree == .closed)
        }
        #expect(try Self.road("sysfs") { $0.lockdown = .unknown("?") }.degree == .seen)
    }

    @Test(
        "what a kernel does not show is said",
        arguments: [
            ("sysfs", [ProbeRole.readEnded], RoadSight.Degree.seen, "not shown by this kernel"),
            ("sysfs", [.fileWrite], .partly, "by which of the ways"),
            ("/proc", [.procWrite], .partly, "by which of the ways"),
            ("sysfs", [.write8], .partly, "a byte or a word"), ("vfio", [.write32], .notVisible, "no probe"),
            ("vfio", [.fileWrite], .seen, "every write"),
            ("the kernel's own", [.kernelRequest], .partly, "handed over"),
            ("the kernel's own", [.kernelResponse], .partly, "its end is not"),
            ("the kernel's own", [.kernelRequest, .kernelRequestBefore64], .notVisible, "no probe"),
            ("a kernel module with", [.kernelWrite], .notVisible, "no probe"),
        ])
    func without(way: String, roles: [ProbeRole], degree: RoadSight.Degree, reason: String) throws {
        let road = try Self.road(way) { $0.roles.subtract(roles) }
        #expect(road.degree == degree)
        #expect(road.reason.contains(reason), "\(road.reason)")
    }

    @Test("a kernel that uses no mailbox makes no exchange")
    func kernelWithout() throws {
        let road = try Self.road("the kernel's own") {
            $0.roles = []; $0.kernelUsesMailboxes = false
        }
        #expect(road.degree == .closed)
    }

    @Test("too many functions for one filter are said on each road of userspace")
    func widened() throws {
        for way in ["sysfs", "/proc", "vfio"] {
            #expect(try Self.road(way) { $0.seesRegistersOnly = true }.degree == .partly)
        }
    }

    @Test("memory is closed only where it is known to be")
    func memory() throws {
        func degree(_ change: (inout RoadFacts) -> Void) throws -> RoadSight.Degree {
            try Self.road("/dev/mem", change).degree
        }
        #expect(try degree { $0.configuration = nil } == .notVisible)
        #expect(try degree { $0.isMemoryAccessRelaxed = true } == .notVisible)
        #expect(
            try degree {
                $0.configuration = KernelConfiguration("CONFIG_DEVMEM=y\n# CONFIG_STRICT_DEVMEM is not set\n")
            } == .notVisible)
        #expect(
            try degree { $0.configuration = KernelConfiguration("CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\n") }
                == .notVisible)
        #expect(try degree { $0.configuration = KernelConfiguration("# CONFIG_DEVMEM is not set\n") } == .closed)
    }

    @Test("ports reach a mailbox on AMD alone, if at all")
    func ports() throws {
        #expect(try Self.road("I/O ports") { $0.isAMD = true }.degree == .notVisible)
        #expect(try Self.road("I/O ports") { $0.isAMD = nil }.degree == .notVisible)
        #expect(
            try Self.road("I/O ports") {
                $0.isAMD = true; $0.architecture = .arm64
            }.degree == .closed)
    }

    @Test("ways to the same responder past config space are named, whatever is probed or locked down")
    func besideConfigSpace() throws {
        for way in ["SPDM in storage", "a mailbox in a device's own memory", "firmware before", "firmware and the"] {
            for lockdown in [KernelLockdown.off, .on("integrity"), .unknown("?")] {
                #expect(try Self.road(way) { $0.lockdown = lockdown }.degree == .notVisible)
            }
        }
        #expect(try Self.road("SPDM over MCTP").degree == .closed)
        #expect(try Self.road("SPDM over MCTP") { $0.configuration = nil }.degree == .notVisible)
        #expect(
            try Self.road("SPDM over MCTP") { $0.configuration = KernelConfiguration("CONFIG_MCTP=y\n") }.degree
                == .notVisible)
    }

    @Test("reasons and remedies are single sentences without a full stop")
    func style() {
        for change in [
            { (_: inout RoadFacts) in }, { $0.roles = [] },
            {
                $0.isAMD = nil; $0.configuration = nil
            },
        ] {
            for road in Self.facts(change).roads {
                for text in [road.reason, road.remedy ?? "-"] { #expect(!text.hasSuffix(".") && !text.isEmpty) }
            }
        }
    }
}
