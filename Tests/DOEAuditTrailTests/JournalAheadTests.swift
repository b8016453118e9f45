@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Testing

/// The journal's file is synced first, the ring's progress then, and a machine may die in between; or while the next
/// daemon has given nothing up yet.
@Suite("A journal that was on its disk before the ring was")
struct JournalAheadTests {
    /// Instances in the order of their names; `present` is the ring's, `own` that of the daemon that asks.
    private enum Name {
        static let oldest = String(repeating: "a", count: 32)
        static let before = String(repeating: "b", count: 32)
        static let forgotten = String(repeating: "c", count: 32)
        static let present = String(repeating: "d", count: 32)
        static let later = String(repeating: "e", count: 32)
        static let own = String(repeating: "f", count: 32)
    }

    private static func anchor(_ instance: String, _ sequence: UInt64) -> RecordAnchor {
        RecordAnchor(instance: instance, sequence: sequence, digest: SHA256Digest(of: [UInt8(sequence)]))
    }

    private static func records(
        _ instance: String, _ numbers: ClosedRange<UInt64>, after before: RecordAnchor? = nil
    ) -> [Record] {
        numbers.map { number in
            var record = Record(.exchangeAllowed, priority: .info, message: "\(number)")
            record[.instance] = instance
            record[.sequence] = String(number)
            if number == 1 { record.before = before }
            return record
        }
    }

    /// The last one that the ring knows of the instance before its present one.
    private static let named = anchor(Name.before, 5)
    private static let older = records(Name.oldest, 1...2)
    private static let known = older + records(Name.before, 1...5, after: anchor(Name.oldest, 2))

    /// What a journal holds beside a ring whose present instance has no record in it.
    private struct History {
        let what: String
        let records: [Record]
        /// What the ring has given up last.
        var given = RecordNumber(instance: Name.before, sequence: 3)
        /// What the first records name that wait in the ring.
        var waiting: [String: RecordAnchor] = [:]

        init(_ what: String, _ parts: [Record]...) {
            self.what = what
            records = parts.flatMap(\.self)
        }

        func overtaken(_ continuity: TrailRecovery.Continuity) throws -> RecordAnchor? {
            let question = JournalQuestion(
                given: given, last: JournalAheadTests.named, known: [Name.own, Name.present], present: Name.present,
                before: JournalAheadTests.named, waiting: waiting, continuity: continuity)
            return try question.overtaken(in: ModelJournal(records: records))
        }
    }

    private static let starts: [TrailRecovery.Continuity] = [.powerCut, .succeeded]

    /// What may stand there though nobody has put an older ring there.
    private static var harmless: [History] {
        let more = records(Name.before, 6...8)
        let lost = records(Name.forgotten, 1...3, after: named)
        let begun = records(Name.present, 1...2, after: named)
        var early = History(
            "one was forgotten before the one before began", older,
            records(Name.forgotten, 1...3, after: anchor(Name.oldest, 2)),
            records(Name.before, 1...5, after: anchor(Name.oldest, 2)))
        early.given = RecordNumber(instance: Name.oldest, sequence: 2)
        var only = History("nothing but the one that was given up from", records(Name.oldest, 1...4))
        only.given = early.given
        var between = History(
            "the one before waits in the ring, and names another", older,
            records(Name.forgotten, 1...3, after: anchor(Name.oldest, 2)))
        between.given = early.given
        between.waiting = [Name.before: anchor(Name.forgotten, 3)]
        return [
            only, between,
            History("the one before has written more than the ring knows", known, more),
            History("the same, and the present one has begun", known, more, begun),
            History("one of which the ring had no record is forgotten", known, lost),
            History("the same, and the present one has begun", known, lost, begun),
            early,
            History("an old record came once more", known, records(Name.oldest, 2...2)),
            History("the same, behind the present one", known, begun, records(Name.oldest, 2...2)),
        ]
    }

    @Test("shows no older ring", arguments: 0..<9, starts)
    func shows(_ place: Int, _ continuity: TrailRecovery.Continuity) throws {
        let history = Self.harmless[place]
        // Where the present instance has numbers in the journal and none in the ring, only a cut explains it.
        guard continuity == .powerCut || !history.records.contains(where: { $0.instance == Name.present }) else {
            return
        }
        #expect(try history.overtaken(continuity) == nil, "\(history.what)")
    }

    @Test("shows none before an instance goes on either, whatever the one before it has left")
    func goesOn() throws {
        let history = History("more than the ring knows", Self.known, Self.records(Name.before, 6...8))
        #expect(try history.overtaken(.continued) == nil)
    }

    /// What stands there where an older ring was put there, or a removed one came back.
    private static var harmful: [History] {
        let begun = records(Name.present, 1...2, after: named)
        func later(_ before: RecordAnchor?) -> [Record] { records(Name.later, 1...1, after: before) }
        return [
            History(
                "one names a record of the present one, which has left nothing", known, later(anchor(Name.present, 4))),
            History("one names a later record of the present one", known, begun, later(anchor(Name.present, 9))),
            History("one began after the present one, from a ring that was older still", known, begun, later(named)),
            History("one names nothing: its ring was new", known, later(nil)),
            History("the same, and the present one had begun", known, begun, later(nil)),
            History(
                "one names an earlier record of the one before than the present one does", known,
                later(anchor(Name.before, 4))),
        ]
    }

    @Test("does not hide one", arguments: 0..<6, starts)
    func hides(_ place: Int, _ continuity: TrailRecovery.Continuity) throws {
        let history = Self.harmful[place]
        #expect(try history.overtaken(continuity) == Self.named, "\(history.what)")
    }

    @Test("instances that name each other in a circle end the search")
    func circle() throws {
        let history = History(
            "a circle", Self.records(Name.before, 1...5, after: Self.anchor(Name.oldest, 2)),
            Self.records(Name.oldest, 1...2, after: Self.named), Self.records(Name.later, 1...1))
        #expect(try history.overtaken(.powerCut) == Self.named)
    }
}
