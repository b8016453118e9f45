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

    private func mailbox(
        _ name: String, _ device: PCIDeviceID? = nil, serial: Fact<UInt64> = .none
    ) throws -> MailboxIdentity {
        MailboxIdentity(
            name: try #require(MailboxName(name)), device: device.map { .known($0) } ?? .none, serialNumber: serial)
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
        #expect(String(decoding: written, as: UTF8.self).contains("since-boot V 1 1 1 mailbox sim:cxl; "))
        _ = try ledger.raise(.vendor, mailbox: name, time: 9)
        #expect(ledger.dirtySince != nil)
        #expect(try fileBytes == written)
        try ledger.flush()
        #expect(ledger.dirtySince == nil)
        #expect(try String(decoding: fileBytes, as: UTF8.self).contains("since-boot V 1 9 2 mailbox sim:cxl"))
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

    @Test func aDeviceIsKnownAgainInAnotherSlotByItsIdsAndSerialNumber() throws {
        let ledger = try ledger()
        let device = PCIDeviceID(vendor: 0x8086, device: 0xd93)
        _ = try ledger.raise(.vendor, mailbox: mailbox("0000:0d:00.0@190", device, serial: .known(0x1234)), time: 1)
        _ = try ledger.raise(.vendor, mailbox: mailbox("0000:2a:00.0@190", device, serial: .known(0x1234)), time: 2)
        let subject = TaintSubject.device(device, serial: 0x1234)
        #expect(ledger.snapshot.unacknowledged[subject]?.byLetter[.vendor]?.count == 2)
        #expect(ledger.snapshot.lastSeen[subject] == MailboxName("0000:2a:00.0@190"))
    }

    @Test func aDeviceThatCopiesTheSerialNumberOfAnotherSharesNothingWithIt() throws {
        let ledger = try ledger()
        let devices = [PCIDeviceID(vendor: 0x8086, device: 0xd93), PCIDeviceID(vendor: 0x10de, device: 0x2330)]
        _ = try ledger.raise(
            .complianceAttempted, mailbox: mailbox("0000:0d:00.0@190", devices[0], serial: .known(7)), time: 1)
        let copy = try mailbox("0000:2a:00.0@190", devices[1], serial: .known(7))
        #expect(try ledger.raise(.vendor, mailbox: copy, time: 2) == .vendor)
        let kept = try self.ledger().snapshot
        #expect(kept.unacknowledged[.device(devices[0], serial: 7)]?.letters == .complianceAttempted)
        #expect(kept.unacknowledged[.device(devices[1], serial: 7)]?.letters == .vendor)
        #expect(kept.lastSeen[.device(devices[0], serial: 7)] == MailboxName("0000:0d:00.0@190"))
    }

    @Test func aLedgerOfThisBootIsTakenUpWhereNothingCanBeWritten() throws {
        #expect(try ledger().raise(.vendor, mailbox: nil, time: 1) == .vendor)
        // AtomicFile writes there first: a directory in its place is in the way as a full disk is.
        let obstacle = directory.path + "/taint.new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        #expect(try ledger().snapshot.hostLetters == .vendor)
        #expect(throws: TaintError.self) { try ledger(boot: Self.nextBoot) }
    }

    @Test func aTornLedgerOfThisBootIsTakenUpWhereNothingCanBeWrittenAndNothingNewPasses() throws {
        #expect(try ledger().raise(.vendor, mailbox: nil, time: 1) == .vendor)
        try replaceFile(fileBytes + Array("since-boot A".utf8))
        let obstacle = directory.path + "/taint.new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        let ledger = try ledger()
        #expect(ledger.snapshot.hostLetters == .vendor && ledger.trouble != nil && ledger.finding != nil)
        #expect(try ledger.raise(.vendor, mailbox: nil, time: 2) == [])
        #expect(throws: TaintError.self) { try ledger.raise(.abort, mailbox: nil, time: 2) }
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try ledger.raise(.abort, mailbox: nil, time: 2) == .abort)
        #expect(try self.ledger().snapshot == ledger.snapshot)
    }

    @Test(arguments: [Fact<UInt64>.none, .unknown, .known(0), .known(.max)])
    func withoutAUsableSerialNumberTheMailboxItselfIsTheSubject(serial: Fact<UInt64>) throws {
        let name = try mailbox("0000:0d:00.0@190", PCIDeviceID(vendor: 1, device: 2), serial: serial)
        #expect(TaintSubject(name) == .mailbox(name.name))
    }

    @Test(arguments: [Fact<PCIDeviceID>.none, .unknown])
    func withoutIdsTheMailboxItselfIsTheSubject(device: Fact<PCIDeviceID>) throws {
        let name = try #require(MailboxName("0000:0d:00.0@190"))
        #expect(TaintSubject(MailboxIdentity(name: name, device: device, serialNumber: .known(7))) == .mailbox(name))
    }

    @Test func lettersOfANewerVersionAreShownAndKept() throws {
        let newer = try #require(TaintLetters(anyVersion: "VGZ"))
        let name = try mailbox("sim:cxl")
        do {
            // As the newer version would write them.
            let ledger = try ledger()
            #expect(try ledger.raise(newer, mailbox: name, time: 1) == newer)
        }
        for boot in [Self.boot, Self.nextBoot] {
            // Another boot writes all of it anew.
            let ledger = try ledger(boot: boot)
            #expect(ledger.snapshot.unacknowledged[.mailbox(name.name)]?.letters == newer)
            // The host has none of its own.
            #expect(ledger.snapshot.rows.map(\.unacknowledged.description) == ["", "VGZ"])
        }
        let ledger = try ledger()
        _ = try ledger.raise(newer, mailbox: nil, time: 2)
        try ledger.writeMask(runtimeDirectory: directory.path)
        let mask = String(decoding: try WholeFile.read(directory.path + "/tainted", limit: 100), as: UTF8.self)
        #expect(mask.hasSuffix(" VGZ\n") && mask.hasPrefix("\(newer.rawValue) "))
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
