import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite struct RecordTests {
    @Test func aRecordIsEncodedInAFixedOrderWithWhatEveryRecordHas() {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record[.object] = "1e98:02"
        record[.sequence] = "7"
        let text = String(decoding: record.encoded, as: UTF8.self)
        #expect(
            text == """
                MESSAGE=CDAT read
                MESSAGE_ID=1ad8f76a91c14a189ee26180adb8e426
                PRIORITY=6
                SYSLOG_IDENTIFIER=doe-auditd
                DOE_EVENT=exchange-allowed
                DOE_SEQ=7
                DOE_OBJECT=1e98:02

                """)
    }

    @Test func aValueWithANewlineTravelsWithItsLengthAndForgesNoField() throws {
        var record = Record(.exchangeRefused, priority: .error, message: "refused")
        record[.clientExe] = "/tmp/x\nPRIORITY=6\nDOE_VERDICT=allow"
        let entry = try JournalEntry(nativeProtocol: record.encoded)
        #expect(entry.fields.filter { $0.name == "PRIORITY" }.count == 1)
        #expect(entry.text("DOE_VERDICT") == nil)
        #expect(entry.text("DOE_CLIENT_EXE") == "/tmp/x\nPRIORITY=6\nDOE_VERDICT=allow")
    }

    @Test func whateverIsSetIsReadBackFromTheBytesAsItWas() throws {
        var generator = SeededGenerator(seed: 1)
        for round in 0..<3000 {
            let record = randomRecord(&generator)
            let bytes = record.encoded
            let back = try Record(encoded: bytes)
            #expect(back == record, "round \(round)")
            #expect(back.encoded == bytes, "round \(round)")
        }
    }

    @Test func theLargestRecordFitsASlotOfTheRing() {
        var record = Record(.exchangeInterrupted, priority: .info, message: String(repeating: "\n", count: 100_000))
        for field in Field.allCases { record[field] = String(repeating: "\n", count: 100_000) }
        #expect(record.encoded.count <= Record.maximumEncodedBytes)
        #expect(record.message.utf8.count <= Record.messageByteLimit)
    }

    @Test func aLongProgramNameIsCutVisiblyAndBetweenCharacters() throws {
        var record = Record(.exchangeAllowed, priority: .info, message: "")
        record[.clientExe] = "/" + String(repeating: "日", count: 1000)
        let exe = try #require(record[.clientExe])
        #expect(exe.utf8.count <= 1024)
        #expect(exe.hasSuffix("日[cut, 3001 bytes]"))
        #expect(!exe.contains("\u{fffd}"))
        record[.sequence] = String(repeating: "1", count: 40)
        #expect(record[.sequence] == String(repeating: "1", count: 19) + "~")
    }

    @Test func anEmptyTextTakesAFieldAwayAndTheEventIsOnlySetThroughItsProperty() {
        var record = Record(.exchangeAllowed, priority: .info, message: "")
        record[.driver] = "cxl_pci"
        record[.driver] = ""
        record[.event] = "daemon-stopped"
        #expect(record[.driver] == nil)
        #expect(record[.event] == "exchange-allowed")
        #expect(record == Record(.exchangeAllowed, priority: .info, message: ""))
    }

    @Test func whatIsUnknownOfAClientSaysSoAndWhatDoesNotExistIsAbsent() {
        var record = Record(.exchangeAllowed, priority: .info, message: "")
        record.describe(
            Client(
                via: .known(.unix), pid: .known(42), uid: .known(1000), loginUID: .none, exe: .unknown,
                unit: .known("cron.service"), container: .none))
        #expect(record[.clientPID] == "42")
        #expect(record[.clientUID] == "1000")
        #expect(record[.clientLoginUID] == nil)
        #expect(record[.clientSession] == "unknown")
        #expect(record[.clientExe] == "unknown")
        #expect(record[.clientUnit] == "cron.service")
        #expect(record[.clientContainer] == nil)
    }

    @Test func aMailboxIsDescribedWithItsFunction() throws {
        let name = try #require(MailboxName("0000:0d:00.0@190"))
        var record = Record(.exchangeAllowed, priority: .info, message: "")
        record.describe(
            MailboxIdentity(
                name: name, device: .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)), driver: .none,
                serialNumber: .known(0x1234)))
        #expect(record[.kind] == "real")
        #expect(record[.mailbox] == "0000:0d:00.0@190")
        #expect(record[.address] == "0000:0d:00.0")
        #expect(record[.device] == "8086:0d93")
        #expect(record[.serial] == "00-00-00-00-00-00-12-34")
        #expect(record[.driver] == nil)
        #expect(record.mailbox == name)
    }

    @Test func typedFieldsAreReadAndWrittenAsTheirWords() {
        var record = Record(.exchangeWarned, priority: .warning, message: "")
        record.road = .proxy
        record.object = .tableAccess
        record.objectClass = .kernelExpected
        record.verdict = .warn
        record.mode = .bringUp
        record.taint = [.vendor, .abort]
        #expect(record[.road] == "proxy")
        #expect(record[.objectClass] == "kernel-expected")
        #expect(record[.mode] == "bring-up")
        #expect(record[.taint] == "VA")
        #expect(record.object == .tableAccess)
        record.taint = []
        #expect(record[.taint] == nil)
        record[.object] = "nonsense"
        #expect(record.object == nil)
    }

    @Test(arguments: [
        ("", "no DOE_EVENT"),
        ("DOE_EVENT=exchange-allowed\n", "PRIORITY"),
        ("DOE_EVENT=something-later\nPRIORITY=6\n", "\"something-later\" is not known here"),
        ("DOE_EVENT=exchange-allowed\nPRIORITY=0\n", "PRIORITY"),
        ("DOE_EVENT=exchange-allowed\nPRIORITY=6\nx", "byte 39"),
    ])
    func whatIsNoRecordIsRefusedWithItsReason(bytes: String, reason: String) {
        let error = #expect(throws: RecordError.self) { try Record(encoded: Array(bytes.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func everyEventHasItsOwnMessageIdAndEveryFieldItsOwnName() {
        let ids = Event.allCases.map(\.messageID)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.utf8.allSatisfy(\.isLowercaseHexDigit) })
        for field in Field.allCases { #expect(Field(name: field.name) == field) }
        #expect(Field(name: "DOE_NOTHING") == nil)
    }
}
