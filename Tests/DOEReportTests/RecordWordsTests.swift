import DOERecord
import DOEWords
import TestSupport
import Testing

@testable import DOEReport

@Suite("What the report says of a record")
struct RecordWordsTests {
    @Test("whatever a client's program, unit or container is called, it cannot be taken for another client")
    func hostileNames() {
        var generator = SeededGenerator(seed: 50)
        for _ in 0..<300 {
            let names = (0..<3).map { _ in String(decoding: generator.hostileName(), as: UTF8.self) }
            var record = Record(.exchangeAllowed, priority: .info, message: "")
            record[.clientUID] = "1000"
            (record[.clientExe], record[.clientUnit], record[.clientContainer]) = ("/" + names[0], names[1], names[2])
            let text = record.clientText ?? ""
            let line = NaiveLine(text)
            #expect(text == text.printable && line.take("uid 1000 "))
            let exe = line.name()
            let isUnit = line.take(" in ")
            let unit = line.name()
            let isContainer = line.take(" in container ")
            let container = line.name()
            #expect(isUnit && isContainer && line.isAtEnd, "\(text)")
            #expect(exe?.isOf((record[.clientExe] ?? "").utf8) == true, "\(text)")
            #expect(unit?.isOf((record[.clientUnit] ?? "").utf8) == true, "\(text)")
            #expect(container?.isOf((record[.clientContainer] ?? "").utf8) == true, "\(text)")
        }
    }
}
