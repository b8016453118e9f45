import CLinux
@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// A disk under the journal that does not take what the kernel has taken for it: a sync says so once, and later ones
/// work.
@Suite(.enabled(if: geteuid() == 0, "needs root: it mounts file systems of its own"))
struct LostPagesTests {
    private let directory = TemporaryDirectory()
    private static let patience: UInt64 = 120_000_000
    private static let count: UInt64 = 90

    private func trail(_ journal: PrivateJournal) throws -> AuditTrail {
        try AuditTrail(
            stateDirectory: directory.path, journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            options: TrailCore.Options(slotCount: 512, delayLimit: .max))
    }

    private func write(_ numbers: ClosedRange<UInt64>, _ trail: AuditTrail) throws {
        for number in numbers {
            var record = Record(.exchangeAllowed, priority: .info, message: Self.message(number))
            // Enough that it takes pages of its own; journald packs what is longer than 512 bytes.
            for field in [Field.clientExe, .clientUnit, .clientContainer, .rule, .driver, .serial, .lease] {
                record[field] = (0..<28).map { _ in UInt64.random(in: 0 ... .max).hex(digits: 16) }.joined()
            }
            #expect(try trail.write(record) == number)
        }
    }

    private static let prefix = Array("MESSAGE=exchange ".utf8)
    private static func message(_ number: UInt64) -> String { "exchange \(number) of many" }

    private static func place(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        let place = unsafe bytes.withUnsafeBytes {
            unsafe clinux_memmem($0.baseAddress, $0.count, needle, needle.count)
        }
        return place < 0 ? nil : bytes.startIndex + place
    }

    /// Which messages stand in the files there, readable as a journal or not: what was lost from a file later may
    /// hide from libsystemd what is in it.
    private func messages(in directory: String) throws -> Set<UInt64> {
        var found: Set<UInt64> = []
        for name in try HeldDirectory(directory).names(in: ".") where name.contains(".journal") {
            var rest = try WholeFile.read("\(directory)/\(name)", limit: 1 << 28)[...]
            while let start = Self.place(of: Self.prefix, in: rest) {
                let number = rest[(start + Self.prefix.count)...].prefix { $0 != UInt8(ascii: " ") }
                if let number = UInt64(String(decoding: number, as: UTF8.self)) { found.insert(number) }
                rest = rest[(start + Self.prefix.count)...]
            }
        }
        return found
    }

    /// `isRestarted`: whether a daemon that has heard nothing of it finds the records in its ring.
    @Test(arguments: [false, true]) func whatASyncOnceCouldNotWriteIsGivenUpOnlyWhenItIsOnTheDisk(isRestarted: Bool)
        throws
    {
        let disk = try FailingDisk()
        let place = directory.path + "/j"
        #expect(unsafe mkdir(place, 0o700) == 0 && symlink(disk.path, place + "/log") == 0)
        var journal: PrivateJournal? = try PrivateJournal(in: place)
        do {
            let running = try #require(journal)
            var trail: AuditTrail? = try trail(running)
            try write(1...3, #require(trail))
            var isDone = try flush(trail, Self.patience)
            #expect(isDone)
            try disk.fail()
            try write(4...Self.count, #require(trail))
            // Its value alone: a test that fails shows all that it has named.
            isDone = try flush(trail, 2_000_000)
            #expect(!isDone)
            let status = try #require(trail).status
            #expect(status.tells(of: "not known to be on its disk", "system.journal"), "\(status)")
            if isRestarted {
                trail = nil
                trail = try self.trail(running)
            }
            // From here on every sync works, and what was lost stays so.
            try disk.mend()
            isDone = try flush(trail, 3_000_000)
            #expect(!isDone)
            let later = try #require(trail).status
            #expect(later.tells(of: "journalctl --rotate"), "\(later)")
            // As 'journalctl --rotate' does.
            running.signal(SIGUSR2)
            isDone = try flush(trail, Self.patience)
            #expect(isDone)
        }
        journal = nil
        try disk.restart()
        let missing = Set(1...Self.count).subtracting(try messages(in: disk.path))
        #expect(missing.isEmpty)
    }

    @Test func anErrorOfTheRingsDiskIsToldToTheExchangeAlthoughTheDeliveringThreadHasHeardIt() throws {
        let disk = try FailingDisk()
        let (ring, _) = try Ring.open(path: disk.path + "/ring", slotCount: 64)
        try disk.fail()
        let own = try ring.reopened()
        // Many slots, since a full file system has room for a page or two.
        for slot in 0..<64 { try ring.open(slot: slot, ticket: 1, content: [UInt8](repeating: 1, count: 7000)) }
        #expect(throws: LinuxError.self) { try ring.synchronize() }
        // What one descriptor was told is over for it: the file's error, and that of its file system's tables.
        for _ in 0..<10 where (try? ring.synchronize()) == nil {}
        #expect(throws: Never.self) { try ring.synchronize() }
        #expect(throws: LinuxError.self) { try own.synchronize(subject: "the ring") }
    }

    private func flush(_ trail: AuditTrail?, _ limit: UInt64) throws -> Bool {
        try #require(trail).flush(withinMicroseconds: limit)
    }
}

extension TrailStatus {
    /// Whether one of its sentences has all these words: a busy journald may be told of beside it.
    fileprivate func tells(of words: String...) -> Bool {
        troubles.contains { sentence in words.allSatisfy { sentence.contains($0) } }
    }
}
