@testable import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords
import TestSupport
import Testing

@Suite("A check of journal, ring and device")
struct VerificationTests {
    private func log(_ text: String) throws -> DeviceLog { try DeviceLog(Array(text.utf8), path: "device.log") }

    @Test(
        "whatever happened to each record, the counts are those of a naive model", arguments: 0..<300 as Range<UInt64>)
    func countsAreTheModels(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let corpus = TrailCorpus.random(&random)
        let check = corpus.verify(try log(corpus.deviceLog))

        let accounted = Array(corpus.accounted.values.joined())
        let unexplained = Array(corpus.missing.values.joined())
        #expect(check.records == corpus.records)
        #expect(check.duplicates == corpus.duplicates)
        #expect(check.foreign == corpus.foreign)
        #expect(check.ring?.waiting == corpus.waiting)
        #expect(check.accounted == UInt64(accounted.count))
        #expect(check.unexplained == UInt64(unexplained.count))
        #expect(Set(check.unexplainedGaps.flatMap { $0.first...$0.last }) == Set(unexplained))
        #expect(check.chainBreaks.isEmpty && check.conflicts == 0)
        let hasLoss = corpus.hasLoss
        #expect(check.device?.executed == corpus.executed)
        #expect(check.device?.recorded == corpus.executed - corpus.unrecorded)
        #expect(check.device?.accounted == (hasLoss ? corpus.unrecorded : 0))
        #expect(check.device?.lost == (hasLoss ? 0 : corpus.unrecorded))
        #expect(check.instances.map(\.records).reduce(0, +) == corpus.records + corpus.waiting)
        let isBroken = !unexplained.isEmpty || check.device?.lost != 0
        let hasDoubt = corpus.executed == 0
        let expected: Verification.Outcome = isBroken ? .broken : hasDoubt ? .unknown : hasLoss ? .accounted : .whole
        #expect(check.outcome == expected)
    }

    @Test("one changed record anywhere is found, in the journal and in the ring")
    func anyChangeIsFound() throws {
        var corpus = TrailCorpus()
        for _ in 0..<5 { corpus.deliver(corpus.exchange()) }
        for _ in 0..<3 { corpus.keep(corpus.exchange()) }
        for place in 0..<8 {
            var changed = corpus
            if place < 5 {
                var record = changed.entries[place].record
                record[.clientUID] = "4711"
                changed.entries[place] = TrailEntry(record: record, writerUID: 0)
            } else {
                changed.ring.closed[place - 5][.clientUID] = "4711"
                // The last one has no successor: the ring's own digest of it tells.
                changed.ring.lastReleased = (
                    RecordNumber(instance: changed.ring.last?.instance ?? "", sequence: 8),
                    SHA256Digest(of: corpus.ring.closed[2].encoded)
                )
            }
            let check = changed.verify()
            #expect(check.outcome == .broken)
            #expect(check.chainBreaks.map(\.sequence) == [UInt64(min(place + 2, 8))], "record \(place + 1)")
        }
    }

    @Test("numbers that the ring knows of and the journal does not are missing, even if nothing is left")
    func theEndIsKnownFromTheRing() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        for _ in 0..<2 { corpus.lose(corpus.exchange()) }
        #expect(corpus.verify().unexplainedGaps.map { $0.first...$0.last } == [2...3])
        // What was before the time that was asked for has to be there.
        #expect(corpus.verify(since: .max).outcome == .broken)
    }

    @Test("a time without a record is no success, with a ring at hand or an expected record or without")
    func nothingOfThatTime() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        #expect(corpus.verify().outcome == .whole)
        let check = corpus.verify(since: .max)
        #expect(check.outcome == .unknown)
        #expect(
            check.doubts.count == 1 && check.doubts[0].hasPrefix("there is no record of the time"), "\(check.doubts)")
        #expect(check.doubts[0].contains("the last one that the ring knows of"))
        #expect(
            VerificationText.render(check).hasPrefix("IT CANNOT BE TOLD WHETHER THE TRAIL IS WHOLE: there is no record")
        )
        // One that waits in the ring alone is of that time.
        let kept = corpus.exchange()
        corpus.keep(kept)
        #expect(corpus.verify(since: kept.time).outcome == .whole)
    }

    @Test("a journal without any record, beside a ring that had some delivered, was vacuumed, or not: that is said")
    func nothingIsLeft() throws {
        var corpus = TrailCorpus()
        for _ in 0..<3 { corpus.lose(corpus.exchange()) }
        for since in [nil, 1, .max] as [UInt64?] {
            let check = corpus.verify(since: since)
            #expect(check.outcome == .unknown && check.unexplained == 0)
            #expect(check.doubts.count == 1 && check.doubts[0].contains("a vacuum does that"))
        }
        // Others who write in its name do not make it another case, for better or worse.
        corpus.forge(corpus.exchange())
        #expect(corpus.verify().outcome == .unknown)
        // What the ring has not given up stands in it: it was not in the journal yet.
        corpus.keep(corpus.exchange())
        #expect(corpus.verify().outcome == .whole)
        // A record of the trail that is left was not taken by the vacuum that took later ones.
        corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.begin()
        corpus.lose(corpus.exchange())
        #expect(corpus.verify().outcome == .broken)
    }

    @Test("a request that was executed twice needs two records, and a refusal is none")
    func multiplicityCounts() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange(request: "twice"), times: 2)
        corpus.deliver(corpus.exchange(request: "twice", verdict: .deny))
        let once = try log(corpus.deviceLog)
        #expect(corpus.verify(once).device == .init(executed: 1, recorded: 1, accounted: 0, lost: 0))
        let twice = try log(corpus.deviceLog + corpus.deviceLog)
        let check = corpus.verify(twice)
        #expect(check.device == .init(executed: 2, recorded: 1, accounted: 0, lost: 1))
        #expect(check.outcome == .broken)
        corpus.keep(corpus.exchange(request: "twice"))
        #expect(corpus.verify(twice).device == .init(executed: 2, recorded: 2, accounted: 0, lost: 0))
    }

    @Test("a device's log without an exchange is no success, and hides nothing that is missing")
    func emptyDeviceLog() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        #expect(corpus.verify().outcome == .whole)
        for text in ["", "\n", " \r\n\t\n"] {
            let check = corpus.verify(try log(text))
            #expect(check.outcome == .unknown && check.doubts.count == 1)
            #expect(check.doubts.first?.hasPrefix("the device's log has no exchange") == true)
            #expect(check.device == .init(executed: 0, recorded: 0, accounted: 0, lost: 0))
        }
        corpus.lose(corpus.exchange())
        #expect(corpus.verify(try log("")).outcome == .broken)
    }

    @Test("what stands in the ring and in the journal was not delivered twice")
    func theRingIsNoDelivery() throws {
        var corpus = TrailCorpus()
        let record = corpus.exchange()
        corpus.deliver(record, times: 2)
        corpus.ring.closed = [record]
        let check = corpus.verify()
        #expect(check.duplicates == 1 && check.ring?.waiting == 0 && check.instances.map(\.duplicates) == [1])
        #expect(check.outcome == .whole)
    }

    @Test("what an instance lost at its end before the time asked for is not that time's")
    func anEndBeforeTheTime() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.lose(corpus.exchange())
        corpus.begin()
        let first = corpus.exchange()
        corpus.deliver(first)
        #expect(corpus.verify().outcome == .broken)
        // What is missing was lost at any time up to that of the record which names it.
        #expect(corpus.verify(since: first.time).outcome == .broken)
        let later = corpus.verify(since: (first.time ?? 0) + 121_000_000)
        #expect(later.outcome == .unknown && later.unexplained == 0, "of that time there is nothing at all")
    }

    @Test("an open record stands for its exchange, until a closed one does")
    func openRecordsCountOnce() throws {
        var corpus = TrailCorpus()
        let record = corpus.exchange(request: "open")
        var open = record
        for field in [Field.instance, .sequence, .chain] { open[field] = nil }
        corpus.ring.open = [open]
        corpus.ring.last = nil
        let twice = try log(corpus.deviceLog + corpus.deviceLog)
        #expect(corpus.verify(twice).device == .init(executed: 2, recorded: 1, accounted: 0, lost: 1))
        corpus.deliver(record)
        #expect(corpus.verify(twice).device == .init(executed: 2, recorded: 1, accounted: 0, lost: 1))
        #expect(corpus.verify(twice).ring?.open == 1)
    }

    @Test("a loss accounts for the end of the instance that it names, for no hole, and for nothing that comes after")
    func aLossLooksBack() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.lose(corpus.exchange())
        corpus.deliver(corpus.exchange())
        corpus.lose(corpus.exchange())
        corpus.begin(loss: true)
        corpus.lose(corpus.exchange())
        corpus.deliver(corpus.exchange())
        let check = corpus.verify()
        #expect((check.accounted, check.unexplained) == (1, 2))
        #expect(check.instances.map(\.outcome) == [.broken, .broken])
        #expect(check.losses == ["The ring was damaged"])
    }

    @Test("two instances that come after the same one are told, unless a loss on record says why")
    func fork() {
        let trail = TrailMaker.night()
        let one = TrailMaker.after(trail, instance: String(repeating: "6b", count: 16))
        var other = TrailMaker.after(trail, instance: String(repeating: "7c", count: 16))
        func verify(_ more: [Record]) -> Verification {
            var builder = VerificationBuilder(source: .exportFile("two.export"))
            for record in trail.records + more {
                builder.add(TrailEntry(record: record, writerUID: 0, machine: "m"))
            }
            return builder.finish()
        }
        #expect(verify(one.records).doubts == [] && verify(other.records).doubts == [])
        let check = verify(one.records + other.records)
        #expect(check.outcome == .unknown && check.doubts.count == 1)
        #expect(check.doubts.first?.contains("a state directory was copied") == true, "\(check.doubts)")
        let before = other.records[0].before
        other.add(.recordsLost, .alert) { $0.before = before }
        #expect(verify(one.records + other.records).outcome == .accounted)
    }

    @Test("a loss that the daemon still owes is one")
    func anOwedLossCounts() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.lose(corpus.exchange())
        corpus.begin()
        corpus.deliver(corpus.exchange())
        #expect(corpus.verify().outcome == .broken)
        corpus.ring.owesLoss = true
        #expect(corpus.verify().outcome == .accounted)
    }

    @Test("damage that no daemon has found yet is not whole, even where no number shows it")
    func damageIsSaid() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.ring.repairable = ["copy 1 of the header is damaged"]
        #expect(corpus.verify().outcome == .whole)
        corpus.ring.lost = ["slot 3: the record in it is damaged"]
        let check = corpus.verify()
        #expect(check.outcome == .broken)
        #expect(VerificationText.render(check).contains("slot 3: the record in it is damaged"))
    }

    @Test("numbers given while the journal was read are no gap until both were read again")
    func whatIsNewerThanTheRingIsOvertaken() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        let before = corpus.ring
        _ = corpus.exchange()
        corpus.deliver(corpus.exchange())
        for (ring, isOvertaken) in [(before, true), (corpus.ring, false)] {
            var builder = VerificationBuilder(source: .journal(.host), ring: ring)
            for entry in corpus.entries { builder.add(entry) }
            #expect(builder.isOvertaken == isOvertaken)
        }
    }

    @Test("the text says the answer first")
    func text() throws {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        corpus.lose(corpus.exchange())
        corpus.deliver(corpus.exchange(), times: 2)
        corpus.keep(corpus.exchange())
        #expect(
            VerificationText.render(corpus.verify(try log(corpus.deviceLog))) == """
                THE TRAIL IS NOT WHOLE: 1 missing without a reason, 1 at the device without a record.
                2026-03-01 02:00:01 UTC to 2026-03-01 02:00:04 UTC, from the file night.export
                The ring: /made-up/ring

                Records
                  2  in the journal
                  1  in the ring only: closed, they wait for the journal
                  0  in the ring only: open, under way or cut off by the daemon's end
                  1  delivered more than once and recognised
                  0  that do not fit the one before
                  0  with the number of another record
                  0  missing, and a loss on record accounts for them
                  1  missing, and nothing says why
                  0  entries of others in the trail's name, ignored
                  0  entries that cannot be read
                  0  entries torn by the machine's death, not counted: read whole elsewhere, or missing
                  0  of a newer schema, not checked

                Exchanges at the device
                  4  in the device's log
                  3  with a record
                  0  without a record, and a loss on record may account for them
                  1  without a record, and nothing says why

                Missing without a reason
                  2 of instance 00000000000000000000000000000000

                Instance
                  00000000000000000000000000000000  broken, numbers 1 to 4, 1 in the ring only, 1 delivered twice, 1 missing, unexplained, its end is in the ring

                """)
        let colored = VerificationText.render(corpus.verify(), colored: true)
        #expect(colored.hasPrefix("\u{1b}[1;31mTHE TRAIL IS NOT WHOLE"))
    }

    @Test("a device's log that is none is named with its line")
    func badDeviceLog() throws {
        let digest = SHA256Digest(of: [1])
        #expect(try log("\n\(digest)\r\n  \n\("\(digest)".uppercased())\n").executed == 2)
        for bad in ["x", "\(digest)0", "\(digest) \(digest)"] {
            let error = #expect(throws: ReportError.self) { try log("\(digest)\n\(bad)\n") }
            #expect(error?.problem == "device.log:2: this is no SHA-256 digest")
        }
    }
}
