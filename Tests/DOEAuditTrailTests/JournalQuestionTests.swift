@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite("What a journal shows of a ring that was found")
struct JournalQuestionTests {
    private static let before = String(repeating: "a", count: 32)
    private static let present = String(repeating: "b", count: 32)
    private static let own = String(repeating: "c", count: 32)

    private func record(_ instance: String, _ sequence: UInt64, before: RecordAnchor? = nil) -> Record {
        var record = Record(.exchangeAllowed, priority: .info, message: "\(sequence)")
        record[.instance] = instance
        record[.sequence] = String(sequence)
        record.before = before
        return record
    }

    private func records(_ instance: String, _ numbers: ClosedRange<UInt64>) -> [Record] {
        numbers.map { record(instance, $0) }
    }

    private let last = RecordAnchor(instance: present, sequence: 9, digest: SHA256Digest(of: [9]))

    /// Of a ring whose last number is 9, of which the last two wait in it.
    private func question(_ continuity: TrailRecovery.Continuity) -> JournalQuestion {
        JournalQuestion(
            given: [
                RecordNumber(instance: Self.present, sequence: 7), RecordNumber(instance: Self.before, sequence: 4),
            ], last: last, known: [Self.own, Self.present],
            continuity: continuity)
    }

    private func finding(
        _ continuity: TrailRecovery.Continuity, _ records: [Record], isKept: Bool = true
    ) throws -> JournalFinding? {
        try question(continuity).finding(in: ModelJournal(records: records, outlivesTheMachine: isKept))
    }

    private static let goingOn: [TrailRecovery.Continuity] = [
        .continued, .succeeded, .powerCut, .rolledBack, .unproven,
    ]

    @Test("what the ring had given up is there, and nothing more", arguments: goingOn)
    func whole(_ continuity: TrailRecovery.Continuity) throws {
        let before = records(Self.before, 1...4)
        #expect(try finding(continuity, before + records(Self.present, 1...7)) == nil)
        // What waits in the ring may be there already.
        #expect(try finding(continuity, before + records(Self.present, 7...9)) == nil)
    }

    @Test("its end is missing: so many are", arguments: goingOn)
    func behind(_ continuity: TrailRecovery.Continuity) throws {
        let given = RecordNumber(instance: Self.present, sequence: 7)
        #expect(
            try finding(continuity, records(Self.before, 1...4) + records(Self.present, 1...4))
                == .lacking(given, count: 3))
        // The journal reaches back to the instance before: no vacuum took this one.
        #expect(try finding(continuity, records(Self.before, 1...4)) == .lacking(given, count: 7))
    }

    @Test("nothing from before is there: a loss where the machine may have gone down with it, else a vacuum")
    func bare() throws {
        let given = RecordNumber(instance: Self.present, sequence: 7)
        #expect(try finding(.continued, []) == .bare(given))
        for continuity in Self.goingOn where continuity != .continued {
            #expect(try finding(continuity, []) == .lacking(given, count: nil))
            #expect(try finding(continuity, [], isKept: false) == .bare(given))
        }
    }

    @Test("somebody wrote after the last record of the ring: an older one was put there")
    func ahead() throws {
        let whole = records(Self.before, 1...4) + records(Self.present, 1...9)
        let next = [record(Self.present, 10)]
        let successor = [record(String(repeating: "d", count: 32), 1, before: last)]
        #expect(try finding(.succeeded, whole + next) == .ahead(last))
        #expect(try finding(.succeeded, whole + successor) == .ahead(last))
        #expect(try finding(.powerCut, whole + successor) == .ahead(last))
        // The journal was on its disk before the ring was.
        #expect(try finding(.powerCut, whole + next) == nil)
        // One that nothing links to the ring, as after a ring that was removed.
        let stranger = [record(String(repeating: "e", count: 32), 1)]
        #expect(try finding(.succeeded, whole + stranger) == .ahead(last))
        #expect(try finding(.succeeded, stranger + whole) == nil)
        // This daemon's own first record, and that of one whose ring forgot it in a power cut.
        for own in [Self.own, Self.present] {
            #expect(try finding(.succeeded, whole + [record(own, 1, before: last)]) == nil)
        }
        #expect(try finding(.continued, whole + next) == nil)
    }

    @Test("a new ring beside the records of another one")
    func anotherRing() throws {
        #expect(try finding(.newRing, records(Self.before, 1...1)) == .anotherRing)
        #expect(try finding(.newRing, records(Self.own, 1...3)) == nil)
        #expect(try finding(.ringAbsent, records(Self.before, 1...1)) == nil, "that loss is told already")
    }

    @Test("another machine's journal is not here", arguments: [true, false])
    func anotherMachine(_ isKept: Bool) throws {
        #expect(try finding(.otherMachine, [], isKept: isKept) == nil)
    }

    @Test("after a power cut a ring asks for what its progress says that it gave up, and for nothing else")
    func askedAfterAPowerCut() {
        let released = RecordNumber(instance: Self.present, sequence: 1)
        func given(_ released: RecordNumber?, _ continuity: TrailRecovery.Continuity) -> [UInt64] {
            var content = RingContent(slots: [])
            content.progress = RingProgress(
                generation: 1, instance: Self.present, sequence: 55, chain: .zero, boot: "", isClean: false)
            content.progress?.released = released
            return content.question([], content.last(of: []), continuity, instance: Self.own).given.map(\.sequence)
        }
        // The machine died while the progress was on its way to the disk, and the slots of 2 to 55 were not there yet.
        #expect(given(released, .powerCut) == [1])
        #expect(given(released, .succeeded) == [1, 55])
        // One of version 1 does not say it.
        #expect(given(nil, .powerCut) == [55])
    }

    @Test("a ring asks for what it gave up alone, and for nothing where a slot is lost")
    func asked() {
        func found(_ number: UInt64, of instance: String = Self.present) -> PendingRecord {
            PendingRecord(
                number: RecordNumber(instance: instance, sequence: number), time: 0, slot: Int(number), owner: .host,
                bytes: [])
        }
        let anchor = RecordAnchor(instance: Self.before, sequence: 4, digest: .zero)
        var content = RingContent(slots: [])
        func question(_ sequence: UInt64, _ waiting: [PendingRecord]) -> JournalQuestion {
            content.progress = RingProgress(
                generation: 1, instance: Self.present, sequence: sequence, chain: .zero, boot: "", isClean: true,
                before: anchor)
            return content.question(waiting, content.last(of: []), .succeeded, instance: Self.own)
        }
        func given(_ sequence: UInt64, _ waiting: [PendingRecord]) -> [String] {
            question(sequence, waiting).given.map { "\($0.instance.prefix(1))\($0.sequence)" }
        }
        #expect(given(9, [found(9), found(8)]) == ["b7", "a4"])
        #expect(given(9, [found(8)]) == ["b9", "a4"])
        // All of this instance waits: the one before is asked for.
        #expect(given(1, [found(1)]) == ["a4"])
        #expect(given(0, []) == ["a4"] && question(0, []).last == anchor)
        #expect(given(0, (1...4).map { found($0, of: Self.before) }) == [])
        content.lost = ["slot 3"]
        #expect(given(9, []) == [])
    }
}
