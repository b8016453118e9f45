@testable import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite struct JournalExportParserTests {
    typealias Item = JournalExportParser.Item

    /// Everything in the bytes, fed in pieces of a given size.
    private func items(_ bytes: [UInt8], piece: Int) -> [Item] {
        var parser = JournalExportParser()
        var items: [Item] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            parser.feed(bytes[start..<min(start + piece, bytes.count)])
            while let item = parser.next() { items.append(item) }
        }
        if let last = parser.finish() { items.append(last) }
        return items
    }

    private func entry(_ fields: (String, String)...) -> JournalEntry {
        JournalEntry(fields: fields.map { JournalEntry.Field(name: $0, value: Array($1.utf8)) })
    }

    private func damageOffsets(_ items: [Item]) -> [UInt64] {
        items.compactMap { if case .damage(let error) = $0 { error.offset } else { nil } }
    }

    private func entries(_ items: [Item]) -> [JournalEntry] {
        items.compactMap { if case .entry(let entry) = $0 { entry } else { nil } }
    }

    @Test func entriesArePartedByEmptyLines() {
        let bytes = Array("__CURSOR=s=1;i=2\nMESSAGE=one\n\n\nMESSAGE=two\n\n".utf8)
        #expect(
            items(bytes, piece: bytes.count) == [
                .entry(entry(("__CURSOR", "s=1;i=2"), ("MESSAGE", "one"))), .entry(entry(("MESSAGE", "two"))),
            ])
    }

    @Test func theLastEntryNeedsNoEmptyLine() {
        #expect(items(Array("A=1\n".utf8), piece: 4) == [.entry(entry(("A", "1")))])
        #expect(items([], piece: 1) == [])
    }

    @Test func piecesOfAnySizeGiveTheSameEntries() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<40 {
            let records = (0..<4).map { _ in randomRecord(&generator) }
            let bytes = records.flatMap { $0.encoded + [UInt8(ascii: "\n")] }
            let whole = items(bytes, piece: bytes.count)
            #expect(entries(whole).map { try? Record($0) } == records)
            for piece in [1, 2, 7, 100] { #expect(items(bytes, piece: piece) == whole) }
        }
    }

    private func sum(_ fields: [UInt8]...) -> String {
        var sum = JournalEntrySum()
        for field in fields { unsafe sum.add(field.span.bytes) }
        return String(sum.value, radix: 16)
    }

    /// The machine went down before all of it was on the disk, and libsystemd leaves out what is not there.
    @Test func anEntryThatLacksAFieldOfItsSumIsTorn() {
        let stated = sum(Array("A=1".utf8), Array("B=x\ny".utf8), Array("C=3".utf8))
        let cursor = "__CURSOR=s=1;i=2;x=\(stated)\n__REALTIME_TIMESTAMP=5\n"
        let binary = Array("B\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0] + Array("x\ny\n".utf8)
        let (a, c) = (Array("A=1\n".utf8), Array("C=3\n".utf8))
        for (fields, isTorn) in [
            (a + binary + c, false), (c + a + binary, false), (a + binary, true), (a + c, true), (binary + c, true),
            (a + binary + c + Array("D=\n".utf8), true),
        ] {
            for piece in [1, 5, 1000] {
                let bytes = Array(cursor.utf8) + fields + [UInt8(ascii: "\n")] + Array("A=1\n".utf8)
                let found = entries(items(bytes, piece: piece))
                #expect(found.map(\.isTorn) == [isTorn, false], "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    @Test func ofAnEntryWithAValueThatIsNotKeptItCannotBeTold() {
        let long = String(repeating: "v", count: JournalExportParser.valueLimit + 1)
        let found = entries(items(Array("__CURSOR=x=1\nA=1\nLONG=\(long)\n\n".utf8), piece: 4096))
        #expect(found.map(\.isTorn) == [false])
    }

    @Test func damageNamesItsOffsetAndTheNextEntryIsRead() {
        let bytes = Array("A=1\n\nlower=case\nB=2\n\nC=3\n\n".utf8)
        let found = items(bytes, piece: 3)
        #expect(damageOffsets(found) == [5])
        #expect(entries(found) == [entry(("A", "1")), entry(("C", "3"))])
    }

    @Test func aValueWhoseLengthIsWrongIsDamageAtItsEnd() {
        let bytes: [UInt8] = Array("A\n".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + Array("xyz\n\nB=1\n\n".utf8)
        let found = items(bytes, piece: 1)
        #expect(damageOffsets(found) == [12])
        #expect(entries(found) == [entry(("B", "1"))])
    }

    @Test func bytesThatEndInsideAFieldAreDamage() {
        for text in ["A=1", "A", "A\n", "A\n\u{5}\0\0\0\0\0\0\0ab"] {
            #expect(damageOffsets(items(Array(text.utf8), piece: 2)) == [UInt64(text.utf8.count)])
        }
    }

    @Test func aHugeValueIsLeftOutAndTheRestOfItsEntryIsRead() {
        let size = JournalExportParser.valueLimit + 1
        let length = (0..<8).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        let binary = Array("A=1\nCOREDUMP\n".utf8) + length + huge + Array("\nB=2\n\n".utf8)
        let line = Array("A=1\nCOREDUMP=".utf8) + huge + Array("\nB=2\n\n".utf8)
        for bytes in [binary, line] {
            for piece in [4096, bytes.count] {
                #expect(items(bytes, piece: piece) == [.entry(entry(("A", "1"), ("B", "2")))])
            }
        }
    }

    @Test func aLengthOfAllOnesEndsAsDamageWithoutATrap() {
        let bytes = Array("A\n".utf8) + [UInt8](repeating: 0xff, count: 8) + Array("abc\n\n".utf8)
        #expect(damageOffsets(items(bytes, piece: 5)) == [UInt64(bytes.count)])
    }

    @Test func mutatedBytesNeverTrapAndReadingGoesOnAfterThem() {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<2000 {
            var bytes = randomRecord(&generator).encoded + [UInt8(ascii: "\n")]
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1 where bytes.count > 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            let pieces = items(bytes, piece: 1 + Int.random(in: 0..<64, using: &generator))
            #expect(pieces == items(bytes, piece: bytes.count), "round \(round)")
        }
    }

    @Test func anEmptyLineInsideAnEntryOfTheNativeProtocolIsAnError() {
        let error = #expect(throws: JournalFormatError.self) {
            try JournalEntry(nativeProtocol: Array("A=1\n\nB=2\n".utf8))
        }
        #expect(error?.description.contains("empty line") == true)
    }
}
