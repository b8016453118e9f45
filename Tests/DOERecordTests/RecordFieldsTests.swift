import DOERecord
import Testing

@Suite struct RecordFieldsTests {
    private let record: Record = {
        var record = Record(.exchangeAllowed, priority: .info, message: "CDAT read")
        record[.instance] = "0123"
        record[.sequence] = "7"
        record[.clientExe] = "/usr/bin/\u{e9}\nDOE_SEQ=1"
        return record
    }()

    /// What a journal gives of an entry: `NAME=value` each, in an order of its own.
    private var entry: [[UInt8]] {
        get throws {
            try JournalEntry(nativeProtocol: record.encoded).fields.map { Array("\($0.name)=".utf8) + $0.value }
                .shuffled() + [Array("_UID=0".utf8), Array("DATACENTRE=fra1".utf8)]
        }
    }

    private func isRecord(_ entry: [[UInt8]]) -> Bool {
        var fields = RecordFields(record.encoded)
        for field in entry { unsafe fields.take(field.span.bytes) }
        return fields.areAll
    }

    @Test func anEntryWithEachFieldIsTheRecordWhateverElseTheJournalAdds() throws {
        #expect(isRecord(try entry))
    }

    @Test func anEntryThatLacksAFieldOrHasAnotherValueIsNot() throws {
        let entry = try entry
        let ours = entry.indices.filter {
            entry[$0].first != UInt8(ascii: "_") && entry[$0] != Array("DATACENTRE=fra1".utf8)
        }
        #expect(ours.count == 4 + 4)
        for place in ours {
            var other = entry
            other.remove(at: place)
            #expect(!isRecord(other), "without \(String(decoding: entry[place], as: UTF8.self))")
            other = entry
            other[place].append(UInt8(ascii: "x"))
            #expect(!isRecord(other), "\(String(decoding: entry[place], as: UTF8.self))x")
        }
    }

    @Test func anEntryWithAFieldMoreOfOursIsNot() throws {
        for field in ["DOE_SEQ=8", "DOE_NEW=1", "MESSAGE=CDAT read, too"] {
            #expect(!isRecord(try entry + [Array(field.utf8)]), "\(field)")
        }
    }
}
