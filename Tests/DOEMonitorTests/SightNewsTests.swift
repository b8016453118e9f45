import DOEAuditTrail
import DOELinux
import DOERecord
import DOETaint
import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("What the witness says of its own sight")
struct SightNewsTests {
    private static func record(of news: SightNews) throws -> (record: Record, letters: TaintLetters) {
        let house = try House()
        house.monitor.note(news)
        let record = try #require(try RingReader.read(stateDirectory: house.directory.path).closed.first)
        return (record, house.ledger.snapshot.hostLetters)
    }

    @Test("a first sight soon after boot taints nothing; a later one, and one after a gap, do")
    func sees() throws {
        let now = Clocks.realtimeMicroseconds
        for (since, isFirst, letters): (UInt64, Bool, TaintLetters) in [
            (now - 60_000_000, true, []), (now - 180_000_000, true, .witnessBlind), (now - 1000, false, .witnessBlind),
            (now + 60_000_000, true, []), (0, true, .witnessBlind),
        ] {
            let seen = try Self.record(of: .sees(unseenSince: since, isFirstSinceBoot: isFirst))
            #expect(seen.letters == letters && seen.record.taint == letters)
            #expect(seen.record.event == .witnessStarted && seen.record[.first] == String(since))
            #expect(seen.record.priority == (letters.isEmpty ? .notice : .warning))
        }
    }

    @Test("blind, and events that were lost, are errors and taint")
    func blind() throws {
        let blind = try Self.record(of: .blind(Obstacle("no tracefs is mounted", remedy: "mount it")))
        #expect(blind.record.event == .witnessBlind && blind.record.priority == .error)
        #expect(blind.letters == .witnessBlind && blind.record.message.contains("no tracefs is mounted"))
        let missed = try Self.record(of: .missed(count: 77, place: "cpu 1"))
        #expect(missed.record.event == .witnessMissed && missed.record[.count] == "77")
        #expect(missed.letters == .witnessBlind)
    }
}
