import DOELinux
import DOEWords
import Glibc
import PCIConfig
import TestSupport
import Testing

@testable import DOETrace

@Suite("Buffers that had a reader before")
struct TakenOverTests {
    /// Nobody is asked for anything.
    private final class NoArms: Arms {
        func watch(_ functions: [WatchedFunction]) throws(Obstacle) -> ArmsReport { throw Obstacle("not here") }
        func check() throws(Obstacle) -> ArmsReport { throw Obstacle("not here") }
        func beginCanary(at function: FunctionAddress, readBy thread: Int32) throws(Obstacle) {}
        func endCanary() {}
        func disarm() throws(Obstacle) {}
        func leave() throws(Obstacle) {}
    }

    private let folder = TemporaryDirectory()
    private let event: MadeUpEvent

    init() {
        var random = SeededGenerator(seed: 17)
        var event = MadeUpEvent(.write32)
        for field in ProbeRole.write32.fields { event.add(field, &random) }
        while event.bytes.count % 4 != 0 { event.bytes.append(0) }
        self.event = event
    }

    private func report(_ handover: ArmsReport.Handover?, misses: UInt64) -> ArmsReport {
        var report = ArmsReport(
            headerPage: FakeTracefs.headerPage, processors: [0],
            probes: [.init(role: .write32, event: "write32", format: event.format)], missing: [:], ways: nil,
            watched: [],
            seesRegistersOnly: false, notes: [])
        report.misses = .init(byProbes: ["write32": misses], reads: 2)
        report.handover = handover
        return report
    }

    /// An intake of one buffer in which one event of each time lies.
    private func intake(
        _ handover: ArmsReport.Handover?, misses: UInt64 = 9, statistics: String, times: [UInt64] = [100, 200]
    ) throws -> TraceIntake {
        let (pipePath, countPath) = ("\(folder.path)/pages", "\(folder.path)/stats")
        unsafe unlink(pipePath)
        unsafe mkfifo(pipePath, 0o600)
        var page = PageWriter(time: times[0])
        for (index, time) in times.enumerated() {
            page.longEvent(event.bytes, delta: index == 0 ? 0 : time - times[index - 1])
        }
        let writer = Descriptor(owning: unsafe open(pipePath, O_RDWR | O_NONBLOCK | O_CLOEXEC))
        try writer.write(page.page(), subject: "pipe")
        try WholeFile.write(Array(statistics.utf8), to: countPath, mode: 0o600)
        let report = report(handover, misses: misses)
        let files = ArmedFiles(of: report) { (_: Int) -> ArmedFiles.Pair in
            (
                Descriptor(owning: unsafe open(pipePath, O_RDONLY | O_NONBLOCK | O_CLOEXEC)),
                Descriptor(owning: unsafe open(countPath, O_RDONLY | O_CLOEXEC))
            )
        }
        let instruments = try Instruments(
            ArmedTrace(NoArms(), report, files), watching: [], on: PCIHost(sysfsRoot: folder.path), now: 1_000)
        var intake = try TraceIntake(instruments)
        try intake.pass(claim: { _ in false }, told: { _, _ in })
        withExtendedLifetime(writer) {}
        return intake
    }

    private static let statistics = "overrun: 4\ncommit overrun: 0\ndropped events: 1\nread events: 30\n"

    @Test("what was traced before a daemon was killed is left out: some may be its own; what came after is not")
    func killed() throws {
        var all = try intake(.init(since: 150, isOrderly: true), statistics: Self.statistics)
        #expect(all.takeEvents().map(\.time) == [100, 200])
        var late = try intake(.init(since: 150, isOrderly: false), statistics: Self.statistics)
        let events = late.takeEvents()
        #expect(events.map(\.time) == [200] && events.first?.access == event.access)
    }

    @Test("what was lost and told before is not told again, and what was lost since is")
    func losses() throws {
        var anew = try intake(nil, statistics: Self.statistics)
        #expect(try anew.takeLost().map(\.count) == [5, 9, 2])
        let told = ArmsReport.Losses(inBuffers: [3], misses: .init(byProbes: ["write32": 9], reads: 1))
        var taken = try intake(.init(since: 150, isOrderly: true, told: told, read: [30]), statistics: Self.statistics)
        let lost = try taken.takeLost()
        #expect(lost.map(\.count) == [2, 1], "\(lost)")
        #expect(try taken.takeLost().isEmpty)
        // A probe that was added anew counts from the beginning.
        let more = ArmsReport.Losses(inBuffers: [77], misses: .init(byProbes: ["write32": 500, "gone": 1], reads: 8))
        var restarted = try intake(.init(since: 1, isOrderly: true, told: more), statistics: Self.statistics)
        #expect(try restarted.takeLost().isEmpty)
    }

    @Test("what is wrong at the first look went wrong while nobody looked")
    func unseenSince() throws {
        let handover = ArmsReport.Handover(since: 400_000, isOrderly: true, read: [29])
        // One event that neither reader has read, of the two that this one has.
        let taken = try intake(handover, statistics: "read events: 32\n")
        let findings = taken.instruments.check(report(nil, misses: 9), now: 2_000)
        #expect(findings.map(\.unseenSince) == [400] && findings.allSatisfy(\.isMended))
        let right = try intake(.init(since: 400_000, isOrderly: true, read: [30]), statistics: "read events: 32\n")
        #expect(right.instruments.check(report(nil, misses: 9), now: 2_000).isEmpty)
    }
}
