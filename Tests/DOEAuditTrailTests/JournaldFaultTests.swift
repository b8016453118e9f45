@testable import DOEAuditTrail
import DOELinux
import DOERecord
import Glibc
import Synchronization
import TestSupport
import Testing

/// A real journald that drops, and clocks that are set.
@Suite struct JournaldFaultTests {
    private let directory = TemporaryDirectory()
    private static let patience: UInt64 = 120_000_000

    private func trail(_ journal: PrivateJournal, _ options: TrailCore.Options) throws -> AuditTrail {
        try AuditTrail(
            stateDirectory: directory.path, journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            options: options)
    }

    /// Waits until the status is as it should be: the trail's thread works on its own.
    private func wait(_ trail: AuditTrail, until isReached: (TrailStatus) -> Bool) -> TrailStatus {
        eventually(within: Self.patience) { isReached(trail.status) }
        return trail.status
    }

    @Test(
        .enabled(if: geteuid() == 0, "needs root: journald's settings are mounted"),
        arguments: ["MaxLevelStore=warning", "Storage=none"])
    func aJournaldThatTakesRecordsAndDoesNotStoreThemIsNoticedAndNothingIsGivenUp(settings: String) throws {
        do {
            let journal = try PrivateJournal(in: directory.path + "/j", settings: settings)
            let trail = try trail(journal, TrailCore.Options(slotCount: 64, delayLimit: 12_000_000))
            let counted = Counted()
            trail.whenDelayed { counted.add() }
            for _ in 0..<3 { try trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read")) }
            let status = wait(trail) { $0.troubles.contains { $0.contains("does not store them") } }
            #expect(status.troubles.contains { $0.contains("MaxLevelStore=") }, "\(status)")
            #expect(status.unconfirmed >= 3)
            _ = wait(trail) { _ in counted.count > 0 }
            #expect(counted.count == 1)
        }
        // The administrator has mended it.
        let journal = try PrivateJournal(in: directory.path + "/j")
        let trail = try trail(journal, TrailCore.Options())
        #expect(trail.flush(withinMicroseconds: Self.patience), "\(trail.status)")
        #expect(trail.status.troubles.isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: journald's settings are mounted"))
    func aJournalThatIsRotatedAndVacuumedAllTheTimeHoldsNothingUp() throws {
        let journal = try PrivateJournal(
            in: directory.path + "/j", settings: "SystemMaxFileSize=512K\nSystemMaxUse=2M\nRateLimitIntervalSec=0")
        let trail = try trail(journal, TrailCore.Options(slotCount: 256))
        var files: Set<String> = []
        for round in 0..<20 {
            for number in 0..<100 {
                // Each of its own length, so that nothing of it is stored once for many.
                let message = "\(round) \(number) " + String(repeating: "x", count: 400 + number)
                try trail.write(Record(.exchangeAllowed, priority: .info, message: message))
            }
            let isDone = trail.flush(withinMicroseconds: Self.patience)
            #expect(isDone, "\(trail.status)")
            #expect(trail.status.troubles == [])
            files.formUnion(try HeldDirectory(journal.directory).names(in: "."))
        }
        #expect(files.count > 3, "it was rotated: \(files)")
        // Those that were vacuumed are let go of, or their room would never be free.
        let held = (0..<1024).compactMap { try? SmallText.link("/proc/self/fd/\($0)") }
            .filter { $0.hasPrefix(journal.directory) }
        #expect(held.count <= 8, "\(held)")
    }

    /// Counts, from any thread.
    private final class Counted: Sendable {
        private let calls = Mutex(0)
        var count: Int { calls.withLock { $0 } }
        func add() { calls.withLock { $0 += 1 } }
    }

    /// A wall clock that a test sets.
    private final class SetClock: Sendable {
        private let offset = Mutex<Int64>(0)
        var now: UInt64 { offset.withLock { UInt64(Int64(Clocks.realtimeMicroseconds) + $0) } }
        func set(days: Int64) { offset.withLock { $0 = days * 86_400_000_000 } }
    }

    @Test func aClockThatIsSetForwardAndBackLosesNoRecord() throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        let clock = SetClock()
        let trail = try trail(journal, TrailCore.Options(slotCount: 64, realtime: { clock.now }))
        for days in [1, 0, -1, 1, -1, 0] as [Int64] {
            clock.set(days: days)
            try trail.write(Record(.exchangeAllowed, priority: .info, message: "\(days) days"))
            #expect(trail.flush(withinMicroseconds: Self.patience), "\(days): \(trail.status)")
        }
        #expect(trail.status.unconfirmed == 0 && trail.status.sequence == 6)
    }

    @Test func aFullRingRefusesAndRecoversWhenJournaldIsBack() throws {
        let place = directory.path + "/j"
        let socket = place + "/run/socket"
        let trail = try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(socket: socket, source: .directory(place + "/log")),
            options: TrailCore.Options(slotCount: 8, delayLimit: .max))
        while (try? trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read"))) != nil {}
        let error = #expect(throws: TrailError.self) {
            _ = try trail.open(Record(.exchangeAllowed, priority: .info, message: "CDAT read"), durability: .memory)
        }
        #expect(error?.reason == .full && error?.remedy?.contains("journald") == true)
        let journal = try PrivateJournal(in: place)
        #expect(trail.flush(withinMicroseconds: Self.patience), "\(trail.status)")
        for number in 9...12 {
            let open = try trail.open(
                Record(.exchangeAllowed, priority: .info, message: "CDAT read"), durability: .memory)
            #expect(try open.close() == UInt64(number))
            #expect(trail.flush(withinMicroseconds: Self.patience))
        }
        withExtendedLifetime(journal) {}
    }
}
