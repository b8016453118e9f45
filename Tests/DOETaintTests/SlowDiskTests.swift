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
    private final class Disk: Sendable {
        private let hangs = Mutex(false)
        let waiting: WakeEvent
        let goOn: WakeEvent
        let written: WakeEvent

        init() throws {
            written = try WakeEvent()
            waiting = try WakeEvent()
            goOn = try WakeEvent()
        }

        func hang() { hangs.withLock { $0 = true } }

        func write(_ content: [UInt8], _ path: String) throws(LinuxError) {
            if hangs.withLock({ $0 }) {
                waiting.signal()
                goOn.wait(microseconds: nil)
                hangs.withLock { $0 = false }
            }
            try AtomicFile.write(content, to: path, mode: 0o640)
            written.signal()
        }
    }

    private func ledger(_ disk: Disk) throws -> TaintLedger {
        try TaintLedger(directory: directory.path, boot: Self.boot) { content, path throws(LinuxError) in
            try disk.write(content, path)
        }
    }

    @Test func aDiskThatHangsHoldsUpTheWriterAlone() throws {
        let disk = try Disk()
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
        let disk = try Disk()
        let ledger = try ledger(disk)
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
        let isBroken = Mutex(false)
        let tried = try WakeEvent()
        let ledger = try TaintLedger(directory: directory.path, boot: Self.boot) { _, path throws(LinuxError) in
            guard isBroken.withLock({ $0 }) else { return }
            tried.signal()
            errno = EIO
            throw LinuxError.last("write", path)
        }
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        isBroken.withLock { $0 = true }
        let keeper = try LedgerKeeper(ledger, interval: 1_000)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 2)
        for _ in 0..<3 { tried.wait(microseconds: nil) }
        keeper.stop()
        #expect(ledger.dirtySince != nil, "left to the last flush")
        #expect(ledger.trouble?.contains("kernel's log") == true)
    }
}
