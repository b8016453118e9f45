@testable import DOEAuditTrail
import DOELinux
import DOERecord
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// At boot journald writes to memory, and moves what is there to the disk later (systemd-journal-flush.service).
@Suite("What journald moves from memory to the disk is not called volatile any more")
struct FlushedJournalTests {
    private let memory = TemporaryDirectory(below: "/dev/shm")
    private let disk = TemporaryDirectory()

    /// A machine's directory of a journal, as libsystemd looks for it.
    private func place(_ letter: String) -> String { "\(disk.path)/\(String(repeating: letter, count: 32))" }

    /// The directory in which journald has its files.
    private func files(of journal: PrivateJournal) throws -> String {
        var names: [String] = []
        // It makes them when the first entry comes, which may be later than the socket.
        eventually {
            names = (try? HeldDirectory(journal.directory).names(in: ".")) ?? []
            return !names.isEmpty
        }
        if names.contains(where: { $0.hasSuffix(".journal") }) { return journal.directory }
        return "\(journal.directory)/\(try #require(names.first))"
    }

    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")))
    func flushed() throws {
        let journal = try PrivateJournal(in: memory.path + "/j")
        let source = try files(of: journal)
        #expect(unsafe symlink(source, place("a")) == 0)
        let trail = try AuditTrail(
            stateDirectory: disk.path,
            journal: JournalEndpoint(socket: journal.socket, source: .directory(disk.path)),
            options: TrailCore.Options(slotCount: 8, delayLimit: .max))
        try trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read"))
        #expect(trail.flush(withinMicroseconds: 60_000_000))
        #expect(trail.status.volatileFile?.hasPrefix(place("a")) == true, "\(trail.status)")
        try FileManager.default.copyItem(atPath: source, toPath: place("b"))
        #expect(trail.status.volatileFile != nil, "it is still there")
        #expect(unsafe unlink(place("a")) == 0)
        #expect(eventually { trail.status.volatileFile == nil }, "\(trail.status)")
        #expect(trail.status.volatileWarnings.isEmpty)
    }

    @Test(
        "what was in memory and has gone from there is lost, and stays told",
        .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")))
    func gone() throws {
        let journal = try PrivateJournal(in: memory.path + "/j")
        #expect(unsafe symlink(try files(of: journal), place("a")) == 0)
        let trail = try AuditTrail(
            stateDirectory: disk.path,
            journal: JournalEndpoint(socket: journal.socket, source: .directory(disk.path)),
            options: TrailCore.Options(slotCount: 8, delayLimit: .max))
        try trail.write(Record(.exchangeAllowed, priority: .info, message: "CDAT read"))
        #expect(trail.flush(withinMicroseconds: 60_000_000))
        #expect(unsafe unlink(place("a")) == 0)
        for _ in 0..<20 {
            #expect(trail.status.volatileFile != nil)
            usleep(20_000)
        }
    }
}
