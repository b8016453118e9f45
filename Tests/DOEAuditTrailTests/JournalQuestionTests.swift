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
            given: RecordNumber(instance: Self.present, sequence: 7), last: last, known: [Self.own, Self.present],
            present: Self.present, continuity: continuity)
    }

    private func finding(
        _ continuity: TrailRecovery.Continuity, _ records: [Record]
    ) throws -> JournalFinding? {
        try question(continuity).finding(in: ModelJournal(records: records))
    }

    private static let goingOn: [TrailRecovery.Continuity] = [
        .continued, .succeeded, .powerCut, .rolledBack, .unproven,
    ]

    @Test("what the ring had given up is there, and nothing more", arguments: goingOn)
    func whole(_ continuity: TrailRecovery.Continuity) throws {
        let before = records(Self.before, 1...4)
        #expect(try finding(continuity, before + records(Self.present, 1...7)) == nil)
        // A vacuum took what is older, with the end of the instance before.
        #expect(try finding(continuity, records(Self.present, 7...7)) == nil)
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

    @Test("nothing from before is there: a vacuum may have taken it all", arguments: goingOn)
    func bare(_ continuity: TrailRecovery.Continuity) throws {
        #expect(try finding(continuity, []) == .bare(RecordNumber(instance: Self.present, sequence: 7)))
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
        // Before an instance goes on; the next number may be missing.
        let later = [record(Self.present, 12)]
        #expect(try question(.continued).overtaken(in: ModelJournal(records: whole)) == nil)
        for after in [next, later, successor, stranger] {
            #expect(try question(.continued).overtaken(in: ModelJournal(records: whole + after)) == last)
        }
    }

    @Test("a new ring beside the records of another one")
    func anotherRing() throws {
        #expect(try finding(.newRing, records(Self.before, 1...1)) == .anotherRing)
        #expect(try finding(.newRing, records(Self.own, 1...3)) == nil)
        #expect(try finding(.ringAbsent, records(Self.before, 1...1)) == nil, "that loss is told already")
    }

    @Test("another machine's journal is not here")
    func anotherMachine() throws {
        #expect(try finding(.otherMachine, []) == nil)
    }

    @Test("a ring asks for what its progress says that it gave up, and for nothing where a slot is lost")
    func asked() {
        let released = RecordNumber(instance: Self.present, sequence: 1)
        var content = RingContent(slots: [])
        func given(_ released: RecordNumber?, _ continuity: TrailRecovery.Continuity) -> RecordNumber? {
            content.progress = RingProgress(
                generation: 1, instance: Self.present, sequence: 55, chain: .zero, boot: "", isClean: false)
            content.progress?.released = released
            return content.question([], content.last(of: []), continuity, instance: Self.own).given
        }
        // Where the machine died while the progress was on its way to the disk, the slots of 2 to 55 may not be there
        // yet.
        for continuity in Self.goingOn {
            #expect(given(released, continuity) == released)
            #expect(given(nil, continuity) == nil)
        }
        content.lost = ["slot 3"]
        #expect(given(released, .succeeded) == nil)
    }

    @Test("one of version 1 does not say it: what is not in it was given up")
    func askedOfVersion1() {
        func found(_ number: UInt64) -> PendingRecord {
            PendingRecord(
                number: RecordNumber(instance: Self.present, sequence: number), time: 0, slot: Int(number),
                owner: .host, bytes: [])
        }
        func given(_ sequence: UInt64, _ waiting: [PendingRecord]) -> UInt64? {
            var content = RingContent(slots: [])
            content.progress = RingProgress(
                generation: 1, instance: Self.present, sequence: sequence, chain: .zero, boot: "", isClean: true)
            content.progress?.isOfVersion1 = true
            return content.question(waiting, content.last(of: []), .succeeded, instance: Self.own).given?.sequence
        }
        #expect(given(9, [found(9), found(8)]) == 7)
        #expect(given(9, [found(8)]) == 9)
        #expect(given(1, [found(1)]) == nil)
    }
}
