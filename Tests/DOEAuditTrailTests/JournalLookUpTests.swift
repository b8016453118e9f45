@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// With a real systemd-journald: what a daemon's start finds out from it.
@Suite("A start asks the journal about the ring that it found")
struct JournalLookUpTests {
    private let directory = TemporaryDirectory()
    private static let patience: UInt64 = 60_000_000
    private var state: String { directory.path + "/state" }
    private var ring: String { state + "/ring" }
    private var shadow: String { directory.path + "/ring-shadow" }

    init() { _ = unsafe mkdir(state, 0o700) }

    private func trail(_ journal: PrivateJournal, boot: Int? = nil) throws -> AuditTrail {
        try AuditTrail(
            stateDirectory: state, journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            options: TrailCore.Options(
                slotCount: 64, runtimeDirectory: directory.path,
                boot: boot.map { String(repeating: "\($0)", count: 32) }, delayLimit: .max))
    }

    private func write(_ count: Int, _ trail: AuditTrail) throws {
        for _ in 0..<count { try trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read")) }
        let isFlushed = trail.flush(withinMicroseconds: Self.patience)
        #expect(isFlushed)
    }

    /// Waits until the journal was asked; the words of the losses on record.
    private func losses(_ trail: AuditTrail) throws -> [String?] {
        eventually(within: Self.patience) { trail.core.state.withLock { $0.question } == nil }
        let found = trail.core.state.withLock { $0.foundLosses }
        trail.recordLoss()
        return found.map { $0[.status] }
    }

    @Test("an older ring that was put there; its own instance went on, or another one began", arguments: [false, true])
    func older(_ isAnother: Bool) throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        let image: [UInt8]
        do {
            let trail = try trail(journal)
            let found = try losses(trail)
            #expect(found == [])
            try write(3, trail)
            trail.stop()
            image = try WholeFile.read(ring, limit: 1 << 21)
        }
        if isAnother { _ = unsafe unlink(shadow) }
        do {
            let trail = try trail(journal)
            let found = try losses(trail)
            #expect(found == [])
            try write(2, trail)
        }
        try WholeFile.write(image, to: ring, mode: 0o600)
        _ = unsafe unlink(shadow)
        let trail = try trail(journal)
        let found = try losses(trail)
        let (findings, continuity) = (trail.status.findings.count, trail.recovery.continuity)
        #expect(found == ["ring-rolled-back"] && findings == 1 && continuity == .succeeded)
    }

    /// The next boot finds the ring as it was.
    private func dieWith(_ image: [UInt8]) throws {
        try WholeFile.write(image, to: ring, mode: 0o600)
        _ = unsafe unlink(shadow)
    }

    private func progressPlace(_ progress: RingProgress) -> Range<Int> {
        let start = Int(RingLayout.progressOffsets[Int(progress.generation % 2)])
        return start..<start + RingProgress.size
    }

    @Test("a machine that dies after the journal's sync and before the ring's, and once more at once, is a power cut")
    func ahead() throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        var image: [UInt8]
        do {
            let trail = try trail(journal, boot: 1)
            try write(3, trail)
            image = try WholeFile.read(ring, limit: 1 << 21)
            try write(2, trail)
        }
        try dieWith(image)
        do {
            let trail = try trail(journal, boot: 2)
            let found = try losses(trail)
            #expect(found == ["power-cut"])
            // Its first progress is on the disk, and nothing else of it.
            let written = try #require(trail.core.state.withLock { $0.written })
            image.replaceSubrange(progressPlace(written), with: written.bytes)
        }
        try dieWith(image)
        let trail = try trail(journal, boot: 3)
        let (found, findings) = (try losses(trail), trail.status.findings)
        #expect(found == ["power-cut"] && findings == [])
    }

    @Test("a journal that holds nothing any more: it may have been vacuumed, so that is a sentence and no loss")
    func bare() throws {
        let last: RecordAnchor?
        do {
            let journal = try PrivateJournal(in: directory.path + "/j")
            let trail = try trail(journal)
            try write(3, trail)
            trail.stop()
            last = trail.status.anchor
        }
        _ = unsafe unlink(shadow)
        let journal = try PrivateJournal(in: directory.path + "/empty")
        let trail = try trail(journal)
        let (found, findings) = (try losses(trail), trail.status.findings)
        #expect(found == [])
        #expect(findings.first?.contains("/3") == true, "\(findings)")
        #expect(last?.sequence == 3)
    }

    @Test("a new ring beside the records of another")
    func absent() throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        do { try write(1, try trail(journal)) }
        _ = unsafe unlink(ring)
        _ = unsafe unlink(shadow)
        let found = try losses(try trail(journal))
        #expect(found == ["ring-absent"])
    }

    @Test("one that cannot be read is asked when it can be")
    func later() throws {
        let source = JournalSource.directory(directory.path + "/j/log")
        do {
            let journal = try PrivateJournal(in: directory.path + "/other")
            let trail = try trail(journal)
            try write(1, trail)
            trail.stop()
        }
        _ = unsafe unlink(shadow)
        let trail = try AuditTrail(
            stateDirectory: state, journal: JournalEndpoint(socket: directory.path + "/j/run/socket", source: source),
            options: TrailCore.Options(runtimeDirectory: directory.path, delayLimit: .max))
        try trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read"))
        _ = trail.flush(withinMicroseconds: 100_000)
        let isOpen = trail.core.state.withLock { $0.question } != nil
        #expect(isOpen)
        let journal = try PrivateJournal(in: directory.path + "/j")
        let found = try losses(trail)
        let findings = trail.status.findings.count
        #expect(found == [] && findings == 1, "\(journal.directory) is not \(source)")
    }
}
