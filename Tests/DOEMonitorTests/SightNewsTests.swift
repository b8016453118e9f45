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
        for (since, cause, letters): (UInt64, UnseenCause, TaintLetters) in [
            (now - 60_000_000, .boot, []), (now - 180_000_000, .boot, .witnessBlind), (now - 1000, .gap, .witnessBlind),
            (now + 60_000_000, .boot, []), (0, .boot, .witnessBlind),
            // By the clock that nobody can set, whatever the other one says.
            (now - 1000, .restart(microseconds: 30_000_000), []), (0, .restart(microseconds: 2_100_000), []),
            (now - 1000, .restart(microseconds: 30_000_001), .witnessBlind),
            // However long: the kernel kept it.
            (0, .handover(microseconds: 900_000_000), []),
        ] {
            let seen = try Self.record(of: .sees(unseenSince: since, cause))
            #expect(seen.letters == letters && seen.record.taint == letters)
            #expect(seen.record.event == .witnessStarted && seen.record[.first] == String(since))
            #expect(seen.record.priority == (letters.isEmpty ? .notice : .warning))
        }
    }

    @Test("its record says for how long nobody looked, and why")
    func cause() throws {
        for (cause, word, words): (UnseenCause, String, String) in [
            (.boot, "boot", "since boot at 1970-01-01"), (.gap, "gap", "from 1970-01-01"),
            (.restart(microseconds: 2_170_000), "restart", "for 2.1 s, from 1970-01-01"),
            (.handover(microseconds: 61_900_000), "handover", "and the kernel kept what happened"),
            (.handover(microseconds: 61_900_000), "handover", "for 61.9 s, from 1970-01-01"),
        ] {
            let record = try Self.record(of: .sees(unseenSince: 0, cause)).record
            #expect(record[.status] == word && record.message.contains(words), "\(record.message)")
            #expect(record[.last] != nil)
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
