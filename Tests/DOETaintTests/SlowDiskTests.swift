@testable import DOETaint
import DOELinux
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

/// Who does not write does not wait, however long the disk takes.
@Suite struct SlowDiskTests {
    private let directory = TemporaryDirectory()
    private static let boot = String(repeating: "0", count: 32)

    /// A disk that stops when told so, and says when somebody waits for it.
    private final class Disk: LedgerDisk {
        private let hangs = Mutex(false)
        private let fails = Mutex(false)
        let file: LedgerFile
        let waiting: WakeEvent
        let goOn: WakeEvent
        let written: WakeEvent
        let tried: WakeEvent

        init(_ path: String) throws {
            file = LedgerFile(path)
            written = try WakeEvent()
            waiting = try WakeEvent()
            goOn = try WakeEvent()
            tried = try WakeEvent()
        }

        func hang() { hangs.withLock { $0 = true } }
        func fail() { fails.withLock { $0 = true } }

        func read(limit: Int) throws(LinuxError) -> [UInt8]? { try file.read(limit: limit) }

        func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure) {
            do throws(LinuxError) {
                try wait()
            } catch {
                throw AppendFailure(error: error, isUndone: true)
            }
            try file.append(bytes, at: length)
            written.signal()
        }

        func readAgain(limit: Int) throws(LinuxError) -> [UInt8]? { try file.readAgain(limit: limit) }

        func look() -> LedgerSight { file.look() }

        func replace(_ bytes: [UInt8]) throws(LinuxError) {
            try wait()
            try file.replace(bytes)
            written.signal()
        }

        private func wait() throws(LinuxError) {
            if fails.withLock({ $0 }) {
                tried.signal()
                errno = EIO
                throw LinuxError.last("write", "taint")
            }
            guard hangs.withLock({ $0 }) else { return }
            waiting.signal()
            goOn.wait(microseconds: nil)
            hangs.withLock { $0 = false }
        }
    }

    private func disk() throws -> Disk { try Disk(directory.path + "/taint") }

    private func ledger(_ disk: Disk) throws -> TaintLedger {
        try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
    }

    @Test func aDiskThatHangsHoldsUpTheWriterAlone() throws {
        let disk = try disk()
        let ledger = try ledger(disk)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        disk.hang()
        let writer = try WorkerThread(name: "writer") { _ = try? ledger.raise(.malformed, mailbox: nil, time: 2) }
        disk.waiting.wait(microseconds: nil)
        // All of this returns: the test would never end else.
        #expect(ledger.snapshot.hostLetters == .vendor, "not before it is on the disk")
        #expect(try ledger.raise(.vendor, mailbox: nil, time: 3) == [])
        #expect(ledger.dirtySince != nil && ledger.trouble == nil)
        try ledger.writeMask(runtimeDirectory: directory.path)
        disk.goOn.signal()
        writer.join()
        let marks = ledger.snapshot.sinceBoot[.host]?.byLetter
        #expect(marks?[.malformed]?.count == 1)
        #expect(marks?[.vendor] == TaintMark(first: 1, last: 3, count: 2), "what came meanwhile counts")
        #expect(ledger.dirtySince != nil, "and is not on the disk yet")
        try ledger.flush()
        #expect(ledger.dirtySince == nil)
        let after = try TaintLedger(directory: directory.path, boot: Self.boot)
        #expect(after.snapshot == ledger.snapshot)
    }

    @Test func theKeeperWritesCountsByItselfAndEnds() throws {
        let disk = try disk()
        let ledger = try ledger(disk)
        disk.written.wait(microseconds: nil)
        let keeper = try LedgerKeeper(ledger, interval: 1_000)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        disk.written.wait(microseconds: nil)
        for time in 2...4 as ClosedRange<UInt64> {
            _ = try ledger.raise(.vendor, mailbox: nil, time: time)
            disk.written.wait(microseconds: nil)
        }
        keeper.stop()
        let after = try TaintLedger(directory: directory.path, boot: Self.boot)
        #expect(after.snapshot.sinceBoot[.host]?.byLetter[.vendor]?.count == 4)
    }

    @Test func aKeeperThatCannotWriteTriesAgainAndEndsAllTheSame() throws {
        let disk = try disk()
        let ledger = try ledger(disk)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        disk.fail()
        let keeper = try LedgerKeeper(ledger, interval: 1_000)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 2)
        for _ in 0..<3 { disk.tried.wait(microseconds: nil) }
        keeper.stop()
        #expect(ledger.dirtySince != nil, "left to the last flush")
        #expect(ledger.trouble?.contains("kernel's log") == true)
    }

    @Test func whoeverReadsAndCountsDoesNotWaitForAnAcknowledgementEither() throws {
        let disk = try disk()
        let ledger = try ledger(disk)
        _ = try ledger.raise([.vendor, .malformed], mailbox: nil, time: 1)
        let found = ledger.snapshot.unacknowledged(of: .all)
        disk.hang()
        let writer = try WorkerThread(name: "writer") { _ = try? ledger.acknowledge(found) }
        disk.waiting.wait(microseconds: nil)
        #expect(ledger.hostLetters == [.vendor, .malformed] && ledger.snapshot.rows.count == 1)
        // A letter that comes now is new, and waits until the acknowledgement is kept.
        let news = Mutex<TaintLetters?>(nil)
        let raiser = try WorkerThread(name: "raiser") {
            let new = try? ledger.raise(.vendor, mailbox: nil, time: 2)
            news.withLock { $0 = new }
        }
        disk.goOn.signal()
        writer.join()
        raiser.join()
        #expect(news.withLock { $0 } == .vendor && ledger.unacknowledgedLetters == .vendor)
        let after = try TaintLedger(directory: directory.path, boot: Self.boot)
        #expect(after.snapshot == ledger.snapshot)
    }
}
