@testable import DOELinux
import Glibc
import TestSupport
import Testing

/// Files that are named as a journal's.
@Suite struct HeldJournalTests {
    private let directory = TemporaryDirectory()
    private var source: JournalSource { .directory(directory.path) }

    private func make(_ name: String, _ bytes: [UInt8] = [1]) throws {
        try AtomicFile.write(bytes, to: "\(directory.path)/\(name)", mode: 0o600)
    }

    private func move(_ name: String, to other: String) {
        #expect(unsafe rename("\(directory.path)/\(name)", "\(directory.path)/\(other)") == 0)
    }

    private func names(_ files: [JournalFile]) -> [String] {
        files.compactMap { $0.path.split(separator: "/").last.map(String.init) }.sorted()
    }

    @Test func whatJournaldWritesToIsHeldAndStaysSoUnderAnotherName() throws {
        for name in ["system.journal", "user-1000.journal", "system@1.journal", "system@2.journal~", "other"] {
            try make(name)
        }
        let journal = HeldJournal(source)
        try journal.holdNew()
        #expect(names(journal.files) == ["system.journal", "user-1000.journal"])
        let first = try #require(journal.files.first { $0.path.hasSuffix("system.journal") })
        #expect(journal.isInUse(first))
        move("system.journal", to: "system@3.journal")
        try make("system.journal")
        try journal.holdNew()
        #expect(names(journal.files) == ["system.journal", "system.journal", "user-1000.journal"])
        #expect(!journal.isInUse(first) && !first.isRemoved)
        var visited: [JournalFile] = []
        try journal.visitAll { visited.append($0) }
        #expect(visited.count == 5 && visited.contains { $0 === first })
        journal.letGo(of: first)
        #expect(journal.files.count == 2)
    }

    @Test func aFileThatWasRemovedWhileItWasInUseIsToldFromOneThatWasVacuumed() throws {
        try make("system.journal")
        try make("user-1.journal")
        let journal = HeldJournal(source)
        try journal.holdNew()
        let (system, user) = (
            try #require(journal.files.first { $0.path.hasSuffix("system.journal") }),
            try #require(journal.files.first { $0.path.hasSuffix("user-1.journal") })
        )
        move("system.journal", to: "system@1.journal")
        #expect(unsafe unlink("\(directory.path)/system@1.journal") == 0 && unlink(user.path) == 0)
        #expect(!system.isRemoved && user.isRemoved)
    }

    @Test func aDirectoryThatIsNotThereOrMayNotBeReadIsAnError() throws {
        let journal = HeldJournal(.directory(directory.path + "/none"))
        #expect(throws: LinuxError.self) { try journal.holdNew() }
    }

    @Test func aFileThatIsWrittenToIsAsOnItsDisk() throws {
        let bytes = (0..<(3 << 20) + 100).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try make("system.journal", bytes)
        let journal = HeldJournal(source)
        try journal.holdNew()
        let file = try #require(journal.files.first)
        let number = unsafe open(file.path, O_RDWR | O_CLOEXEC)
        let writer = Descriptor(owning: number)
        for turn in 0..<10 {
            try writer.write([UInt8](repeating: UInt8(turn), count: 5000), at: turn * 100_000, subject: "")
            #expect(try file.isAsOnDisk() ?? true)
        }
        try file.synchronize()
    }
}
