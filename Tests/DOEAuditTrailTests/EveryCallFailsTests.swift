import CFaults
@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import TestSupport
import Testing

/// Each write and each sync of ring, shadow and journal fails once, or from then on: whatever was answered is in the
/// journal in the end, and who could not be answered was told.
@Suite(.serialized) struct EveryCallFailsTests {
    private let directory = TemporaryDirectory()
    private static let patience: UInt64 = 120_000_000

    /// What a client of the trail was told.
    private struct Told {
        var answered: [RecordNumber] = []
        var opened = 0
        var refusals: [TrailError] = []
        /// Sentences of the status, and of why the trail could not begin.
        var troubles: [String] = []
        /// How many calls there were until then.
        var count: UInt64 = 0
    }

    private func trail(_ journal: PrivateJournal, at place: String) throws(TrailError) -> AuditTrail {
        try AuditTrail(
            stateDirectory: place, journal: JournalEndpoint(socket: journal.socket, source: journal.source),
            options: TrailCore.Options(slotCount: 8, runtimeDirectory: place, delayLimit: .max))
    }

    /// A few exchanges, as a mailbox's thread makes them.
    private func walk(_ trail: AuditTrail, _ told: inout Told) {
        for number in 1...3 {
            do throws(TrailError) {
                let record = Record(.exchangeAllowed, priority: .info, message: "exchange \(number)")
                let open = try trail.open(record, durability: number == 2 ? .memory : .disk)
                told.opened += 1
                told.answered.append(
                    RecordNumber(instance: trail.status.instance, sequence: try open.close()))
            } catch {
                told.refusals.append(error)
            }
        }
        // Until all is delivered, or somebody is told why not.
        while !trail.flush(withinMicroseconds: 20_000), trail.status.troubles.isEmpty {}
        told.count = cfaults_count()
        told.troubles += trail.status.troubles
    }

    /// Starts, works and ends while calls fail; then they work again, and a daemon takes up what was left. Returns
    /// how many calls there were.
    private func run(
        _ journal: PrivateJournal, failing calls: ClosedRange<UInt64>, of place: String, _ name: String
    ) throws -> UInt64 {
        let state = "\(directory.path)/\(name)"
        #expect(unsafe mkdir(state, 0o700) == 0)
        var told = Told()
        unsafe cfaults_begin(place == "journal" ? journal.directory : state, calls.lowerBound, calls.upperBound, EIO)
        do throws(TrailError) {
            let trail = try trail(journal, at: state)
            walk(trail, &told)
        } catch {
            told.troubles.append("\(error)")
        }
        let count = cfaults_count()
        cfaults_end()
        if told.count >= calls.lowerBound, calls.upperBound == .max {
            #expect(!(told.troubles + told.refusals.map(\.description)).isEmpty, "call \(name): nobody is told")
        }
        #expect(told.answered.count + told.refusals.count == 3 || told.troubles.count == 1 && told.opened == 0)
        let next = try trail(journal, at: state)
        next.recordLoss()
        while let left = next.takeInterrupted() { _ = left }
        let isDone = next.flush(withinMicroseconds: Self.patience)
        #expect(isDone, "call \(name): \(next.status)")
        let held = try held(journal, told.answered)
        #expect(held == Set(told.answered), "call \(name): answered and lost")
        return count
    }

    private func held(_ journal: PrivateJournal, _ numbers: [RecordNumber]) throws -> Set<RecordNumber> {
        let reader = try Journal(journal.source)
        var found: Set<RecordNumber> = []
        for number in numbers {
            reader.clearMatches()
            try reader.match("DOE_INSTANCE=\(number.instance)")
            try reader.match("DOE_SEQ=\(number.sequence)")
            try reader.seekToHead()
            if try reader.next() { found.insert(number) }
        }
        return found
    }

    @Test(arguments: ["ring and shadow", "journal"], [false, true])
    func whateverCallFailsNothingThatWasAnsweredIsLost(place: String, isForGood: Bool) throws {
        let journal = try PrivateJournal(in: directory.path + "/j")
        var call: UInt64 = 1
        while true {
            let last = isForGood ? .max : call
            let count = try run(journal, failing: call...last, of: place, "\(place.count)-\(isForGood)-\(call)")
            // Enough calls that each kind of them was met.
            guard count >= call else { break }
            call += 1
        }
        #expect(call > (place == "journal" ? 1 : 20), "\(call)")
    }
}
