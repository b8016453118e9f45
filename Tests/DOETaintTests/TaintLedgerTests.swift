import DOELinux
import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@Suite struct TaintLedgerTests {
    private let directory = TemporaryDirectory()
    private static let boot = String(repeating: "a", count: 32)
    private static let nextBoot = String(repeating: "b", count: 32)

    private func ledger(boot: String = boot) throws -> TaintLedger {
        try TaintLedger(directory: directory.path, boot: boot)
    }

    private func mailbox(_ name: String, serial: Fact<UInt64> = .none) throws -> MailboxIdentity {
        MailboxIdentity(name: try #require(MailboxName(name)), serialNumber: serial)
    }

    private var fileBytes: [UInt8] { get throws { try WholeFile.read(directory.path + "/taint", limit: 1 << 20) } }

    private func replaceFile(_ bytes: [UInt8]) throws {
        try #require(FileManager.default.createFile(atPath: directory.path + "/taint", contents: Data(bytes)))
    }

    @Test func aLetterSticksToTheMailboxItsFunctionAndTheHost() throws {
        let name = try mailbox("0000:0d:00.0@190")
        let ledger = try ledger()
        #expect(try ledger.raise([.vendor, .abort], mailbox: name, time: 100) == [.vendor, .abort])
        let snapshot = ledger.snapshot
        let address = try #require(name.name.address)
        for place in [TaintPlace.host, .function(address), .mailbox(name.name)] {
            #expect(snapshot.sinceBoot[place]?.letters == [.vendor, .abort])
        }
        #expect(snapshot.sinceBoot[.host]?.byLetter[.vendor] == TaintMark(first: 100, last: 100, count: 1))
        #expect(snapshot.sinceBoot.count == 3)
        #expect(snapshot.unacknowledged[.mailbox(name.name)]?.letters == [.vendor, .abort])
        #expect(snapshot.hostLetters == [.vendor, .abort])
    }

    @Test func onlyLettersThatAreNewToThisMailboxAreNew() throws {
        let ledger = try ledger()
        let one = try mailbox("sim:one")
        let two = try mailbox("sim:two")
        #expect(try ledger.raise(.vendor, mailbox: one, time: 1) == .vendor)
        #expect(try ledger.raise([.vendor, .malformed], mailbox: one, time: 2) == .malformed)
        #expect(try ledger.raise(.vendor, mailbox: two, time: 3) == .vendor)
        #expect(try ledger.raise(.vendor, mailbox: two, time: 4) == [])
        #expect(try ledger.raise([], mailbox: two, time: 4) == [])
        #expect(try ledger.raise(.lost, mailbox: nil, time: 5) == .lost)
        #expect(ledger.snapshot.sinceBoot[.host]?.byLetter[.vendor] == TaintMark(first: 1, last: 4, count: 4))
    }

    @Test func aNewLetterIsOnTheDiskBeforeRaiseReturnsAndCountsFollowWithFlush() throws {
        let ledger = try ledger()
        let name = try mailbox("sim:cxl")
        _ = try ledger.raise(.vendor, mailbox: name, time: 1)
        #expect(ledger.dirtySince == nil)
        let written = try fileBytes
        #expect(String(decoding: written, as: UTF8.self).contains("since-boot V 1 1 1 mailbox sim:cxl\n"))
        _ = try ledger.raise(.vendor, mailbox: name, time: 9)
        #expect(ledger.dirtySince != nil)
        #expect(try fileBytes == written)
        try ledger.flush()
        #expect(ledger.dirtySince == nil)
        #expect(try String(decoding: fileBytes, as: UTF8.self).contains("since-boot V 1 9 2 mailbox sim:cxl\n"))
    }

    @Test func aRestartKeepsBothViewsAndABootOnlyWhatIsUnacknowledged() throws {
        let name = try mailbox("0000:0d:00.0@190", serial: .known(0x1234))
        let before: TaintSnapshot
        do {
            let ledger = try ledger()
            _ = try ledger.raise([.vendor, .complianceAttempted], mailbox: name, time: 1)
            _ = try ledger.raise(.lost, mailbox: nil, time: 2)
            before = ledger.snapshot
        }
        #expect(try ledger().snapshot == before)
        let afterBoot = try ledger(boot: Self.nextBoot)
        #expect(afterBoot.snapshot.sinceBoot.isEmpty)
        #expect(afterBoot.snapshot.hostLetters == [])
        #expect(afterBoot.snapshot.unacknowledged == before.unacknowledged)
        #expect(try afterBoot.raise(.vendor, mailbox: name, time: 3) == .vendor, "new since this boot")
    }

    @Test func aDeviceIsKnownAgainInAnotherSlotByItsSerialNumber() throws {
        let ledger = try ledger()
        _ = try ledger.raise(.vendor, mailbox: mailbox("0000:0d:00.0@190", serial: .known(0x1234)), time: 1)
        _ = try ledger.raise(.vendor, mailbox: mailbox("0000:2a:00.0@190", serial: .known(0x1234)), time: 2)
        let subject = TaintSubject.serial(0x1234)
        #expect(ledger.snapshot.unacknowledged[subject]?.byLetter[.vendor]?.count == 2)
        #expect(ledger.snapshot.lastSeen[subject] == MailboxName("0000:2a:00.0@190"))
    }

    @Test func aLedgerOfThisBootIsTakenUpWhereNothingCanBeWritten() throws {
        #expect(try ledger().raise(.vendor, mailbox: nil, time: 1) == .vendor)
        // AtomicFile writes there first: a directory in its place is in the way as a full disk is.
        try FileManager.default.createDirectory(
            atPath: directory.path + "/taint.new", withIntermediateDirectories: false)
        #expect(try ledger().snapshot.hostLetters == .vendor)
        #expect(throws: TaintError.self) { try ledger(boot: Self.nextBoot) }
        #expect(throws: TaintError.self) { try ledger().raise(.abort, mailbox: nil, time: 2) }
    }

    @Test(arguments: [Fact<UInt64>.none, .unknown, .known(0), .known(.max)])
    func withoutAUsableSerialNumberTheMailboxItselfIsTheSubject(serial: Fact<UInt64>) throws {
        let name = try mailbox("0000:0d:00.0@190", serial: serial)
        #expect(TaintSubject(name) == .mailbox(name.name))
    }

    @Test func whenTheLedgerCannotBeWrittenNothingIsRaised() throws {
        let ledger = try ledger()
        let name = try mailbox("sim:cxl")
        // A directory in the temporary file's place: neither removed nor opened, by root either.
        let obstacle = directory.path + "/taint.new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        let error = #expect(throws: TaintError.self) { try ledger.raise(.vendor, mailbox: name, time: 1) }
        #expect(error?.reason == .unwritable)
        #expect(error?.remedy != nil)
        #expect(ledger.snapshot.hostLetters == [])
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try ledger.raise(.vendor, mailbox: name, time: 2) == .vendor)
    }

    @Test func aLedgerThatWasChangedOrCutAnywhereIsRefusedAndNeverStartsAfresh() throws {
        do {
            let ledger = try ledger()
            _ = try ledger.raise([.vendor, .abort], mailbox: mailbox("sim:cxl"), time: 1)
        }
        let whole = try fileBytes
        var damaged = (0..<whole.count).map { Array(whole.prefix($0)) }
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x04
            damaged.append(bytes)
        }
        for bytes in damaged {
            try replaceFile(bytes)
            let error = #expect(throws: TaintError.self) { try ledger() }
            #expect(error?.reason == .damaged)
            #expect(error?.remedy?.contains("backup") == true)
        }
        #expect(try fileBytes == damaged.last)
    }

    @Test(arguments: [
        "since-boot Z 1 1 1 host", "since-boot V 1 1 host", "since-boot V 1 1 1 mailbox", "tomorrow 1",
        "unacknowledged V 1 1 1 serial 12", "last-seen sim:cxl", "since-boot VA 1 1 1 host", "",
    ])
    func aLineThatIsNotUnderstoodIsNamed(line: String) throws {
        let body = "doe-audit-taint 1\nboot \(Self.boot)\n\(line)\n"
        try replaceFile(Array("\(body)sha256 \(SHA256Digest(of: body.utf8))\n".utf8))
        let error = #expect(throws: TaintError.self) { try ledger() }
        #expect(error?.problem.contains("line 3") == true)
    }

    @Test func aLedgerOfAnotherVersionIsNotTakenForDamageOfThisOne() throws {
        let body = "doe-audit-taint 2\nboot \(Self.boot)\nnew thing\n"
        try replaceFile(Array("\(body)sha256 \(SHA256Digest(of: body.utf8))\n".utf8))
        let error = #expect(throws: TaintError.self) { try ledger() }
        #expect(error?.problem.contains("another version") == true)
    }

    @Test func theMaskHoldsTheNumberAndTheLetters() throws {
        let ledger = try ledger()
        let path = directory.path + "/tainted"
        try ledger.writeMask(runtimeDirectory: directory.path)
        #expect(try WholeFile.read(path, limit: 100) == Array("0\n".utf8))
        _ = try ledger.raise([.vendor, .complianceAttempted], mailbox: nil, time: 1)
        try ledger.writeMask(runtimeDirectory: directory.path)
        #expect(try WholeFile.read(path, limit: 100) == Array("5 VC\n".utf8))
        let error = #expect(throws: TaintError.self) {
            try ledger.writeMask(runtimeDirectory: directory.path + "/none")
        }
        #expect(error?.reason == .unwritable)
    }

    @Test func aClockThatWasSetBackLeavesTheTimesInOrder() throws {
        let ledger = try ledger()
        _ = try ledger.raise(.vendor, mailbox: nil, time: 100)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 50)
        #expect(ledger.snapshot.sinceBoot[.host]?.byLetter[.vendor] == TaintMark(first: 100, last: 100, count: 2))
    }
}
