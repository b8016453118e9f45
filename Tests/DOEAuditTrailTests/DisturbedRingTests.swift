@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// Somebody takes the ring or its shadow away from a daemon that uses them, or writes into them.
@Suite("A ring that is disturbed under a living daemon is told, and put back")
struct DisturbedRingTests {
    private let directory = TemporaryDirectory()
    private var state: String { directory.path + "/state" }
    private var ring: String { state + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }

    init() { _ = unsafe mkdir(state, 0o700) }

    private func recover() throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(path: ring, TrailCore.Options(slotCount: 16, runtimeDirectory: directory.path))
    }

    private var record: Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record[.mailbox] = "sim:cxl"
        return record
    }

    private func open(_ core: TrailCore) throws -> OpenSlot {
        try core.open(record, durability: .memory, mayUseReserve: false)
    }

    /// What is done to a file; how much of it the daemon's own descriptor still shows after that.
    enum Deed: CaseIterable {
        case remove, rename, replace, link
        case empty, cut, extend, zero, putBack

        var leavesContent: Bool { [.remove, .rename, .replace, .link, .extend].contains(self) }
    }

    private func perform(_ deed: Deed, on path: String, _ earlier: [UInt8]) throws {
        let size = try WholeFile.read(path, limit: 1 << 21).count
        switch deed {
        case .remove: #expect(unsafe unlink(path) == 0)
        case .rename: #expect(unsafe rename(path, path + ".away") == 0)
        case .replace: try AtomicFile.write(earlier, to: path, mode: 0o600)
        case .link:
            #expect(unsafe rename(path, path + ".away") == 0)
            #expect(unsafe symlink(path + ".away", path) == 0)
        case .empty: #expect(unsafe truncate(path, 0) == 0)
        case .cut: #expect(unsafe truncate(path, off_t(size - 1)) == 0)
        case .extend: #expect(unsafe truncate(path, off_t(size + 1)) == 0)
        case .zero:
            try #require(FileInPlace(path)).descriptor.write([UInt8](repeating: 0, count: size), at: 0, subject: path)
        case .putBack: try #require(FileInPlace(path)).descriptor.write(earlier, at: 0, subject: path)
        }
    }

    /// As before all that waits is given up.
    private func look(_ core: TrailCore) { core.look(holding: core.state.withLock { $0.schedule.records }) }

    private func told(_ core: TrailCore) -> [Record] {
        core.state.withLock { $0.foundLosses.filter { $0[.status] == "ring-disturbed" } }
    }

    @Test("whatever is done to the ring", arguments: Deed.allCases)
    func disturbed(_ deed: Deed) throws {
        let earlier: [UInt8]
        do {
            let (core, _) = try recover()
            earlier = try WholeFile.read(ring, limit: 1 << 21)
            let waiting = try (1...3).map { _ in try open(core) }
            for slot in waiting { _ = try core.close(record, slot) }
            let left = try open(core)
            look(core)
            #expect(told(core).isEmpty)
            try perform(deed, on: ring, earlier)
            look(core)
            let loss = try #require(told(core).first)
            #expect(loss.priority == .alert && loss.taint == .lost && loss.message.contains(ring), "\(loss.message)")
            #expect(loss.before?.sequence == 3, "it accounts for nothing")
            #expect(told(core).count == 1)
            look(core)
            #expect(told(core).count == 1, "it is told once")
            // Whoever reads it now finds all that waits; what opened the exchange stands in the file alone.
            let reading = try RingReader.read(stateDirectory: state)
            #expect(reading.closed.map(\.sequence) == [1, 2, 3] && reading.lost == [], "\(reading.lost)")
            #expect(reading.open.count == (deed.leavesContent || deed == .cut ? 1 : 0))
            core.recordLoss()
            try core.writeProgress(isClean: false)
            let next = try open(core)
            #expect(try core.close(record, left) == 5)
            _ = try core.close(record, next)
            #expect(core.state.withLock { $0.currentTroubles } == [])
        }
        let (_, recovery) = try recover()
        #expect(recovery.continuity == .continued && !recovery.isLoss, "\(recovery)")
        #expect(recovery.undelivered == 6)
    }

    @Test(
        "a daemon that is killed then leaves what the ring has, and the shadow tells of the rest",
        arguments: Deed.allCases)
    func killed(_ deed: Deed) throws {
        do {
            let (core, _) = try recover()
            let earlier = try WholeFile.read(ring, limit: 1 << 21)
            _ = try core.close(record, try open(core))
            _ = try open(core)
            try perform(deed, on: ring, earlier)
            look(core)
            core.recordLoss()
            try core.writeProgress(isClean: false)
        }
        let (core, recovery) = try recover()
        let isWhole = deed.leavesContent || deed == .cut
        #expect(recovery.continuity == (isWhole ? .continued : .rolledBack) && recovery.isLoss == !isWhole)
        #expect(recovery.undelivered == 2 && core.state.withLock { $0.interrupted.count } == (isWhole ? 1 : 0))
    }

    @Test("whatever is done to the shadow", arguments: Deed.allCases)
    func disturbedShadow(_ deed: Deed) throws {
        do {
            let (core, _) = try recover()
            let earlier = try WholeFile.read(shadow, limit: 1 << 21)
            _ = try core.close(record, try open(core))
            try perform(deed, on: shadow, earlier)
            look(core)
            #expect(told(core).count == 1 && told(core)[0].message.contains(shadow))
            core.recordLoss()
            try core.writeProgress(isClean: false)
            _ = try core.close(record, try open(core))
        }
        let (_, recovery) = try recover()
        #expect(recovery.continuity == .continued && !recovery.isLoss && recovery.undelivered == 3)
    }

    @Test("where it cannot be put back nothing is opened, until it can", arguments: [false, true])
    func refused(_ isShadow: Bool) throws {
        let path = isShadow ? shadow : ring
        let (core, _) = try recover()
        let left = try open(core)
        #expect(unsafe unlink(path) == 0)
        #expect(unsafe mkdir(path, 0o700) == 0)
        #expect(unsafe mkdir(path + "/full", 0o700) == 0)
        for _ in 0..<2 { look(core) }
        #expect(told(core).count == 1, "it is told once, although it is tried again")
        let error = #expect(throws: TrailError.self) { _ = try open(core) }
        #expect(error?.problem.contains(path) == true && error?.remedy?.contains("move away") == true, "\(error!)")
        #expect(core.state.withLock { $0.currentTroubles.first }?.contains(path) == true)
        // What was open is closed all the same, and the daemon's own events are written.
        #expect(try core.close(record, left) == 1)
        _ = try core.close(record, try core.open(record, durability: .memory, mayUseReserve: true))
        #expect(unsafe rmdir(path + "/full") == 0 && rmdir(path) == 0)
        look(core)
        _ = try core.close(record, try open(core))
        #expect(core.state.withLock { $0.currentTroubles } == [])
        #expect(try RingReader.read(stateDirectory: state).closed.map(\.sequence) == [1, 2, 3])
    }

    @Test("a state directory that was moved, or another one in its place, is left alone", arguments: [false, true])
    func moved(_ isReplaced: Bool) throws {
        let (core, _) = try recover()
        _ = try core.close(record, try open(core))
        #expect(unsafe rename(state, state + ".away") == 0)
        if isReplaced { #expect(unsafe mkdir(state, 0o700) == 0) }
        look(core)
        let error = #expect(throws: TrailError.self) { _ = try open(core) }
        #expect(error?.remedy?.contains("put the state directory back") == true, "\(error!)")
        #expect(unsafe access(ring, F_OK) != 0)
        if isReplaced { #expect(unsafe rmdir(state) == 0) }
        #expect(unsafe rename(state + ".away", state) == 0)
        look(core)
        _ = try open(core)
    }

    @Test("while a daemon lives none other takes its state directory, ring or not")
    func locked() throws {
        let (core, _) = try recover()
        #expect(unsafe unlink(ring) == 0)
        let error = #expect(throws: TrailError.self) { _ = try recover() }
        #expect(error?.reason == .inUse)
        withExtendedLifetime(core) {}
    }

    @Test("while others write it is put back, again and again, and nothing is lost")
    func underLoad() throws {
        let journal = JournalEndpoint(socket: directory.path + "/nobody", source: .directory(directory.path))
        let trail = try AuditTrail(
            stateDirectory: state, journal: journal,
            options: TrailCore.Options(slotCount: 2048, runtimeDirectory: directory.path, delayLimit: .max))
        let writers = try (0..<3).map { _ in
            try WorkerThread(name: "writer") {
                for _ in 0..<300 { _ = try? trail.open(record, durability: .memory).close() }
            }
        }
        for _ in 0..<10 {
            _ = unsafe unlink(ring)
            _ = unsafe unlink(shadow)
            trail.core.look()
        }
        for writer in writers { writer.join() }
        trail.core.look()
        let reading = try RingReader.read(stateDirectory: state)
        let numbers = Set(reading.closed.compactMap(\.sequence))
        #expect(reading.lost == [] && numbers == Set(1...trail.status.sequence) && numbers.count >= 900)
        trail.stop()
    }
}
