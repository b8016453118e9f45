import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords
import Testing

@Suite("A file that journald has put aside is never passed over, and it is said when it may be taken away")
struct PutAsideTests {
    private static let aside = UnreadFile(path: "/log/m/system@1.journal~", reason: "it is truncated or empty")

    private func check(
        unread: [UnreadFile] = [aside], isAnchored: Bool = true, _ change: (inout [Record]) -> Void = { _ in }
    ) -> Verification {
        var trail = TrailMaker()
        trail.add(.daemonStarted, .notice) { $0[.mode] = "production" }
        for _ in 0..<5 { trail.asked("10de:01", .deny, by: "default") }
        let last = trail.records[5]
        let anchor = RecordAnchor(instance: last.instance ?? "", sequence: 6, digest: SHA256Digest(of: last.encoded))
        var records = trail.records
        change(&records)
        var builder = VerificationBuilder(source: .exportFile("x"), expected: isAnchored ? [anchor] : [])
        for record in records { builder.add(TrailEntry(record: record, writerUID: 0, machine: "m")) }
        var notes = ReadingNotes()
        notes.unread = unread
        return builder.finish(notes)
    }

    @Test("where nothing is missing without it, that is said, and what the answer would be")
    func whole() {
        #expect(check(unread: []).outcome == .whole)
        let found = check()
        #expect(found.outcome == .unknown)
        #expect(found.doubts.last?.contains("keep it elsewhere") == true, "\(found.doubts)")
        #expect(found.doubts.last?.hasSuffix("that the trail is whole") == true, "\(found.doubts)")
        #expect(check(isAnchored: false).doubts.last?.hasSuffix("whole up to the last record") == true)
    }

    @Test("what is missing may stand in it, so it is to be kept")
    func missing() {
        for place in 1...3 {
            let found = check { $0.remove(at: place) }
            #expect(found.outcome == .unknown && found.unexplained == 1)
            #expect(found.doubts.last?.contains("may stand there: keep it") == true, "\(found.doubts)")
        }
        // And at the end.
        #expect(check { $0.removeLast() }.doubts.allSatisfy { !$0.contains("keep it elsewhere") })
    }

    @Test("a record that was changed, or another one with its number, is no less so")
    func changed() {
        let found = check { $0[3][.rule] = "another" }
        #expect(found.outcome == .broken)
        #expect(found.doubts.allSatisfy { !$0.contains("keep it elsewhere") }, "\(found.doubts)")
    }

    @Test("what else was not read comes first")
    func others() {
        let other = UnreadFile(path: "/log/m/system.journal", reason: "Permission denied")
        let found = check(unread: [Self.aside, other])
        #expect(found.outcome == .unknown && found.doubts.last?.contains("see to the rest first") == true)
        #expect(check(unread: [other]).doubts.allSatisfy { !$0.contains("put aside") })
    }
}
