import DOELinux
import DOERecord
import DOEReport
import DOEWords
import TestSupport
import Testing

/// Every field that the chain covers is held as it stands in the entry, not as it is understood.
@Suite("Fields that the chain covers") struct CoveredFieldsTests {
    typealias Field = JournalEntry.Field

    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/trail.export" }
    private static let count = 3

    /// Three records; each has every field that there is.
    private static let records: [Record] = {
        var trail = TrailMaker()
        for _ in 0..<count {
            trail.add(.exchangeAllowed, .info) { record in
                for field in DOERecord.Field.allCases { record[field] = "1" }
            }
        }
        return trail.records
    }()

    private static var names: [String] {
        (try? JournalEntry(nativeProtocol: records[0].encoded))?.fields.map(\.name) ?? []
    }

    /// Another value that such a field may have.
    private static func other(_ name: String) -> [UInt8] {
        switch name {
        case "PRIORITY": Array("3".utf8)
        case "DOE_EVENT": Array("exchange-failed".utf8)
        default: Array("x".utf8)
        }
    }

    private func check(at place: Int, anchored: Bool = true, _ change: (inout [Field]) -> Void) throws -> Verification {
        var entries: [[Field]] = try Self.records.map { record in
            try JournalEntry(nativeProtocol: record.encoded).fields
        }
        change(&entries[place])
        return try check(entries, anchored: anchored)
    }

    private func check(_ entries: [[Field]], anchored: Bool = true) throws -> Verification {
        let outer = Array("_UID=0\n_MACHINE_ID=m\n".utf8)
        let bytes = entries.flatMap { outer + JournalEntry(fields: $0).nativeProtocol + [UInt8(ascii: "\n")] }
        try AtomicFile.write(bytes, to: path, mode: 0o600)
        let last = try #require(Self.records.last)
        let anchor = RecordAnchor(
            instance: try #require(last.instance), sequence: UInt64(Self.count), digest: SHA256Digest(of: last.encoded))
        return try TrailVerifier.verify(
            .exportFile(path), stateDirectory: nil, expected: anchored ? [anchor] : [])
    }

    @Test("all of them are tried, and an untouched trail is whole in whatever order they come")
    func untouched() throws {
        #expect(Self.names.count == DOERecord.Field.allCases.count + 4)
        #expect(try check(at: 0) { _ in }.outcome == .whole)
        #expect(try check(at: 1) { $0.reverse() }.outcome == .whole)
        // What is no name of ours stands in many entries: journald's own, and those of whoever collects them.
        #expect(try check(at: 1) { $0.append(Field(name: "CODE_LINE", value: [49])) }.outcome == .whole)
    }

    /// Not the first one: where its number goes, it is as if it had been vacuumed.
    @Test("one that is removed is missed", arguments: names)
    func removed(_ name: String) throws {
        for place in 1..<Self.count {
            let check = try check(at: place) { fields in fields.removeAll { $0.name == name } }
            // An entry without a priority is no record that can be read: the one that is missing may be that.
            let isUnreadable = name == "PRIORITY" && place == 1
            #expect(check.outcome == (isUnreadable ? .unknown : .broken), "record \(place + 1)")
        }
    }

    @Test("another value is seen", arguments: names)
    func changed(_ name: String) throws {
        for place in 1..<Self.count {
            let check = try check(at: place) { fields in
                guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
                fields[index] = Field(name: name, value: Self.other(name))
            }
            #expect(check.outcome == .broken, "record \(place + 1)")
        }
    }

    @Test(
        "a second value is seen, the same one and none as well, also where nothing else tells what was written",
        arguments: names)
    func second(_ name: String) throws {
        for place in 0..<Self.count {
            for value in [Self.other(name), Array("1".utf8), []] {
                for anchored in [true, false] {
                    let check = try check(at: place, anchored: anchored) {
                        $0.append(Field(name: name, value: value))
                    }
                    #expect(check.outcome == .broken, "record \(place + 1), \(value)")
                    #expect(check.chainBreaks.map(\.sequence) == [UInt64(place + 1)])
                }
            }
        }
    }

    @Test("a field in our name that no record has is seen")
    func unknown() throws {
        for place in 0..<Self.count {
            for anchored in [true, false] {
                let check = try check(at: place, anchored: anchored) {
                    $0.append(Field(name: "DOE_NOTHING", value: Self.other("")))
                }
                #expect(check.outcome == .broken, "record \(place + 1)")
            }
        }
    }

    @Test("a value that is too long to be kept, or that stands behind a thousand others, is no way around it")
    func long() throws {
        let junk = (0..<1000).map { Field(name: "JUNK\($0)", value: [49]) }
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 2 * JournalExportParser.valueLimit)
        for name in Self.names + ["DOE_NOTHING"] {
            for added in [
                junk + [Field(name: name, value: [49])], [Field(name: name, value: long)],
                [Field(name: name, value: long + [10])],
            ] {
                #expect(try check(at: 1) { $0 += added }.outcome == .broken, "\(name)")
            }
        }
    }

    @Test("bytes that only read like the value that was written are another value")
    func bytes() throws {
        var trail = TrailMaker()
        trail.add(.exchangeAllowed, .info) { $0[.clientExe] = "/tmp/\u{fffd}" }
        let record = trail.records[0]
        let text = try JournalEntry(nativeProtocol: record.encoded).fields.map { field in
            field.name == "DOE_CLIENT_EXE" ? Field(name: field.name, value: Array("/tmp/".utf8) + [0xff]) : field
        }
        #expect(try check([text], anchored: false).outcome == .broken)
    }

    @Test("two copies that differ in a kind's number alone are two records with one number")
    func copies() throws {
        let fields = try Self.records.map { record in try JournalEntry(nativeProtocol: record.encoded).fields }
        let copy = fields[1].map { $0.name == "MESSAGE_ID" ? Field(name: $0.name, value: [48]) : $0 }
        let check = try check(fields + [copy])
        #expect(check.conflicting.map(\.sequence) == [2])
        #expect(check.duplicates == 0 && check.outcome == .broken)
        #expect(try self.check(fields + [fields[1]]).duplicates == 1)
    }
}
