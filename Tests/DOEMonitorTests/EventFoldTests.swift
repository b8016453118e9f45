import DOEWords
import Testing

@testable import DOEMonitor

@Suite("Events of one kind, folded")
struct EventFoldTests {
    private typealias Windows = KindWindows<RefusalKind>

    private static let kind = kind(uid: 1000, .rate)

    private static func kind(uid: UInt32, _ limit: ClientLimit) -> RefusalKind {
        RefusalKind(of: Client(uid: .known(uid)), what: .limit(limit), mailbox: .simulated("x"))
    }

    @Test("the first is recorded at once; those that follow are one record when the window ends, and so on")
    func flood() {
        var fold = RefusalFold(gathered: RefusalKind.gathered)
        #expect(fold.next == nil)
        var records = 0
        for second in UInt64(0)..<35 {
            for number in UInt64(0)..<100 {
                let now = second * 1_000_000 + number * 1_000
                if fold.isFirst(.init(Self.kind, at: now + 7), at: now) { records += 1 }
            }
            records += fold.due(at: second * 1_000_000 + 999_999).count
        }
        // One at once and one for each of the three windows that have ended.
        #expect(records == 4)
        let rest = fold.takeAll()
        #expect(rest.count == 1 && rest.first?.count == 400)
        #expect(rest.first?.first == 31_000_007 && rest.first?.last == 34_099_007)
        #expect(fold.next == nil)
    }

    @Test("no refusal is lost and none counted twice, whatever comes when")
    func sums() {
        var fold = RefusalFold(gathered: RefusalKind.gathered)
        var sum: UInt64 = 0
        for step in UInt64(0)..<10_000 {
            let now = step * step * 37 % 1_000_003 + step * 9_000
            let kind = Self.kind(uid: UInt32(step % 3), .openExchanges)
            if fold.isFirst(.init(kind, at: now), at: now) { sum += 1 }
            if step % 11 == 0 { sum += fold.due(at: now).reduce(0) { $0 + $1.count } }
        }
        sum += fold.takeAll().reduce(0) { $0 + $1.count }
        #expect(sum == 10_000)
    }

    @Test("a window in which nothing came is the last one: then the timer rests, and the next one is a first again")
    func quiet() {
        var fold = RefusalFold(gathered: RefusalKind.gathered)
        let isFirst = fold.isFirst(.init(Self.kind, at: 0), at: 0)
        #expect(isFirst)
        #expect(fold.next == Windows.length)
        let due = fold.due(at: Windows.length)
        #expect(due.isEmpty && fold.next == nil)
        let isFirstAgain = fold.isFirst(.init(Self.kind, at: 1), at: Windows.length + 1)
        #expect(isFirstAgain)
    }

    @Test("many users make few records: from some number on they are counted together")
    func manyUsers() {
        var fold = RefusalFold(gathered: RefusalKind.gathered)
        var firsts = 0
        for uid in UInt32(1)...10_000 where fold.isFirst(.init(Self.kind(uid: uid, .connections), at: 5), at: 5) {
            firsts += 1
        }
        #expect(firsts == (KindLimits.ofRecords.withGathered ?? 0) + 1)
        let folded = fold.due(at: 5 + Windows.length)
        #expect(folded.count == 1 && folded.first?.kind.holder == nil && folded.first?.kind.uid == nil)
        #expect(folded.first?.count == UInt64(10_000 - firsts))
    }

    @Test("what could not be recorded comes with the next window")
    func putBack() {
        var fold = RefusalFold(gathered: RefusalKind.gathered)
        let folded = RefusalFold.Folded(Self.kind, at: 3)
        _ = fold.isFirst(.init(Self.kind, at: 3), at: 0)
        fold.keep(folded, at: 1)
        let again = fold.isFirst(.init(Self.kind, at: 9), at: 2)
        #expect(!again)
        let due = fold.due(at: Windows.length)
        #expect(due == [RefusalFold.Folded(kind: Self.kind, count: 2, first: 3, last: 9)])
    }
}
