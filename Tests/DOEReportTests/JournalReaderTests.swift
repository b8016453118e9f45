import DOEAuditTrail
import DOELinux
import DOERecord
import DOEReport
import DOEWords
import Glibc
import TestSupport
import Testing

@Suite struct JournalReaderTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/night.export" }

    private func export(_ records: [Record], _ more: [(String, String)] = []) -> [UInt8] {
        records.flatMap { record in
            let outer = [("__REALTIME_TIMESTAMP", record[.time] ?? "0"), ("_UID", "0"), ("_PID", "1")] + more
            let fields = outer.map { JournalEntry.Field(name: $0.0, value: Array($0.1.utf8)) }
            return JournalEntry(fields: fields).nativeProtocol + record.encoded + [UInt8(ascii: "\n")]
        }
    }

    private func report(_ bytes: [UInt8], since: UInt64? = nil) throws -> Report {
        try AtomicFile.write(bytes, to: path, mode: 0o600)
        return try ReportBuilder.report(on: .exportFile(path), since: since)
    }

    @Test func anExportFileGivesTheSameReportAsItsRecords() throws {
        let night = TrailMaker.night()
        let report = try report(export(night.records))
        #expect(report.records == night.records.count)
        #expect(report.trail == .whole)
        #expect(try self.report(export(night.records), since: night.records[3].time).records == 5)
    }

    @Test("a finding says on which host it is, where the journal has records of several, and of one host nothing")
    func hosts() throws {
        let night = TrailMaker.night().records
        func host(_ name: String, without numbers: Set<UInt64>) -> [UInt8] {
            let id = String(repeating: name == "alpha" ? "a" : "b", count: 32)
            let kept = night.filter { !numbers.contains($0.sequence ?? 0) }
            return export(kept, [("_MACHINE_ID", id), ("_HOSTNAME", name)])
        }
        let two = try report(host("alpha", without: [3]) + host("beta", without: [5]))
        let gaps = two.attention.filter { $0.kind == .gap }
        #expect(gaps.map(\.host) == ["alpha", "beta"] && two.trail == .notWhole)
        let text = ReportText.render(two)
        #expect(text.contains("alpha") && text.contains("beta"))
        let one = try report(host("alpha", without: [3]))
        #expect(one.attention.filter { $0.kind == .gap }.map(\.host) == [nil])
    }

    @Test func whoWasBlindBeforeTheTimeIsBlindInIt() throws {
        var trail = TrailMaker()
        trail.add(.witnessStarted, .notice) { _ in }
        trail.add(.witnessBlind, .error) { $0.taint = .witnessBlind }
        trail.add(.witnessMissed, .error) { $0[.count] = "7" }
        trail.add(.policyLoaded, .notice) { _ in }
        let records = trail.records
        let time = try #require(records[3].time)
        let late = try report(export(records), since: time)
        #expect(late.records == 1 && late.sight.blindSince?.microseconds == records[1].time && late.sight.missed == 0)
        #expect(ReportText.render(late).hasPrefix("BLIND since 2026-03-01 02:02:00 UTC: "))
        // Seen again before the time: then nothing of the old blindness is left.
        trail = TrailMaker()
        trail.add(.witnessBlind, .error) { $0.taint = .witnessBlind }
        trail.add(.witnessStarted, .warning) { $0.taint = .witnessBlind }
        trail.add(.policyLoaded, .notice) { _ in }
        let seen = try report(export(trail.records), since: trail.records[2].time)
        #expect(seen.sight.isTold && !seen.sight.isDoubtful)
        // Before any of it nothing is told.
        #expect(try !report(export(Array(records[3...])), since: time).sight.isTold)
    }

    @Test func whatOthersWroteIsPassedOver() throws {
        let others = "MESSAGE=DOE_EVENT\nSYSLOG_IDENTIFIER=cron\nDOE_EVENT=exchange-allowed\nPRIORITY=6\n\n"
        let ours = "MESSAGE=a line on standard error\nSYSLOG_IDENTIFIER=doe-auditd\nPRIORITY=6\n\n"
        let report = try report(Array((others + ours).utf8) + export(TrailMaker.night().records))
        #expect(report.records == 8)
        #expect(report.trail == .whole)
    }

    @Test func damageAndWhatIsNotUnderstoodIsReportedAndTheRestIsRead() throws {
        let unknown = "_UID=0\nDOE_EVENT=something-later\nSYSLOG_IDENTIFIER=doe-auditd\nPRIORITY=6\n\n"
        let report = try report(Array("broken line\n\n\(unknown)".utf8) + export(TrailMaker.night().records))
        #expect(report.records == 8)
        #expect(report.trail == .unknown)
        let finding = try #require(report.attention.first { $0.kind == .unreadable })
        #expect(finding.count == 2)
        #expect(finding.what.contains("byte 0"))
        #expect(finding.what.contains("something-later"))
    }

    @Test func whatAnOrdinaryUserWroteIsNotTakenForDamage() throws {
        let forged = "_UID=1000\nDOE_EVENT=nonsense\nSYSLOG_IDENTIFIER=doe-auditd\nPRIORITY=6\n\n"
        let report = try report(Array(forged.utf8) + export(TrailMaker.night().records))
        #expect(report.records == 8)
        #expect(report.trail == .whole)
        #expect(!report.attention.contains { $0.kind == .unreadable })
        #expect(report.attention.first { $0.kind == .foreignWriter }?.count == 1)
    }

    @Test("what the daemon's unit wrote counts whoever it runs as, and what a unit of another name wrote does not")
    func unitsOfWriters() throws {
        let night = TrailMaker.night().records
        func records(_ writer: String) throws -> Report {
            try report(night.flatMap { $0.encoded + Array("\(writer)\n\n".utf8) })
        }
        let own = try records("_UID=991\n_SYSTEMD_UNIT=doe-auditd.service")
        #expect(own.records == 8 && own.trail == .whole)
        for other in [
            "_UID=991", "_UID=991\n_SYSTEMD_UNIT=user@1000.service", "_UID=991\n_SYSTEMD_USER_UNIT=doe-auditd.service",
            "_UID=991\nSYSTEMD_UNIT=doe-auditd.service", "_UID=991\n_SYSTEMD_UNIT=xdoe-auditd.service",
            "_UID=991\n_SYSTEMD_UNIT=doe-auditd.service\n_SYSTEMD_UNIT=session-2.scope",
        ] {
            let report = try records(other)
            #expect(report.records == 0, "\(other)")
            #expect(report.attention.first { $0.kind == .foreignWriter }?.count == 8, "\(other)")
        }
    }

    @Test func howeverManyFieldsAnEntryHasItsWriterIsSeen() throws {
        let night = TrailMaker.night().records
        let junk = Array((0..<900).map { "JUNK\($0)=x\n" }.joined().utf8)
        func entry(_ record: Record, uid: Int) -> [UInt8] {
            record.encoded + junk + Array("_UID=\(uid)\n\n".utf8)
        }
        // Of anybody: it is nothing. Of root: it is a record, whatever else stands in it.
        let report = try report(entry(night[1], uid: 1000) + entry(night[0], uid: 0) + export(Array(night.dropFirst())))
        #expect(report.records == 8)
        #expect(report.trail == .whole)
        #expect(report.attention.first { $0.kind == .foreignWriter }?.count == 1)
        // The writer's name first or last, and none at all: nobody is believed who does not say who he is.
        let nameless = night[1].encoded + junk + Array("\n".utf8)
        #expect(try self.report(nameless + export(night)).records == 8)
        let first = Array("_UID=65534\n".utf8) + junk + night[1].encoded + Array("\n".utf8)
        #expect(try self.report(first + export(night)).trail == .whole)
    }

    @Test func aClockThatWasSetBackHidesNothing() throws {
        var trail = TrailMaker.night()
        // As a clock does that goes back for the sixth and the seventh record.
        let times = trail.records.compactMap(\.time)
        for place in 5...6 { trail.setTime(times[place] - 2 * 86_400_000_000, at: place) }
        let bytes = export(trail.records)
        let report = try report(bytes, since: times[3])
        #expect(report.records == 5)
        #expect(report.trail == .whole)
        #expect(report.attention.first { $0.kind == .compliance }?.count == 2)
        // Where the time begins in the middle of it, it is said that something is left out.
        let late = try self.report(bytes, since: times[6])
        #expect(late.records == 1 && late.misdated == 2)
        #expect(ReportText.render(late).contains("2 records of another time by the clock"))
    }

    @Test func anEventOfANewerVersionStandsInItsPlaceUnchecked() throws {
        let night = TrailMaker.night().records
        let later = String(decoding: export([night[3]]), as: UTF8.self)
            .replacing("DOE_EVENT=exchange-allowed", with: "DOE_EVENT=something-later")
            .replacing("DOE_SCHEMA=\(Record.schema)", with: "DOE_SCHEMA=\(Record.schema + 1)")
        let report = try report(export(Array(night[..<3])) + Array(later.utf8) + export(Array(night[4...])))
        #expect(report.gaps.isEmpty && report.chainBreaks.isEmpty)
        #expect(report.trail == .unknown)
        #expect(report.attention.first { $0.kind == .newer }?.count == 1)
        // Its neighbour has to fit all the same.
        var changed = night
        changed[2][.clientUID] = "4711"
        let broken = try self.report(export(Array(changed[..<3])) + Array(later.utf8) + export(Array(night[4...])))
        #expect(broken.trail == .notWhole)
        #expect(broken.chainBreaks.map(\.sequence) == [4])
    }

    @Test func aRecordThatIsChangedAndCalledNewerIsNeverWhole() throws {
        var night = TrailMaker.night().records
        night[3][.verdict] = "deny"
        night[3][.schema] = String(Record.schema + 1)
        #expect(try report(export(night)).trail == .unknown)
        // Without a schema at all it is checked like every other.
        night[3][.schema] = nil
        #expect(try report(export(night)).trail == .notWhole)
    }

    @Test func aFileThatEndsInTheMiddleSaysWhere() throws {
        let bytes = export(TrailMaker.night().records)
        let report = try report(Array(bytes.dropLast(10)))
        #expect(report.records == 7)
        #expect(report.attention.first { $0.kind == .unreadable }?.what.contains("byte \(bytes.count - 10)") == true)
    }

    @Test func aFileThatIsNoExportIsCalledWhatItIs() throws {
        let night = String(decoding: export(TrailMaker.night().records), as: UTF8.self)
        for (bytes, words) in [
            (Array("LPKSHHRH\0\0\0\0".utf8), "is a journal file"), ([0x1f, 0x8b, 8, 0, 1, 2], "is compressed"),
            ([0x28, 0xb5, 0x2f, 0xfd, 0], "is compressed"), (Array("{\"MESSAGE\":\"x\"}\n".utf8), "looks like JSON"),
            (Array(night.replacing("\n", with: "\r\n").utf8), "CR LF"),
            (Array("root:x:0:0:root:/root:/bin/bash\n".utf8), "is no file in the Journal Export Format"),
        ] as [([UInt8], String)] {
            let error = #expect(throws: ReportError.self, "\(words)") { try report(bytes) }
            #expect(
                error?.problem.contains("the file \(path) ") == true && error?.problem.contains(words) == true,
                "\(String(describing: error))")
            #expect(error?.remedy?.isEmpty == false)
        }
        // Others' entries, and nothing at all, are a journal without our records.
        for text in ["", "\n", "MESSAGE=x\nSYSLOG_IDENTIFIER=other\n\n"] {
            #expect(try report(Array(text.utf8)).records == 0)
        }
    }

    @Test func whatCannotBeOpenedIsNamedWithARemedy() {
        for source in [TrailSource.exportFile(path), .journal(.directory(path))] {
            let error = #expect(throws: ReportError.self) { try ReportBuilder.report(on: source) }
            #expect(error?.problem.contains(path) == true)
            #expect(error?.remedy?.contains("check the name") == true)
        }
    }

    @Test func aRealJournalIsReadAsTheTrailWroteIt() throws {
        guard geteuid() == 0 else {
            print("\nNOT TESTED: reading a real journal: only root's records are the trail's, and this is not root")
            return
        }
        let journal = try PrivateJournal(in: directory.path + "/j")
        let trail = try AuditTrail(
            stateDirectory: directory.path, journal: JournalEndpoint(socket: journal.socket, source: journal.source))
        for record in TrailMaker.night().records { try trail.write(record) }
        #expect(trail.flush(withinMicroseconds: 60_000_000), "\(trail.status)")
        let report = try ReportBuilder.report(on: .journal(journal.source))
        #expect(report.records == 8)
        #expect(report.exchanges == 7)
        #expect(report.attention.first?.kind == .compliance || report.attention.first?.kind == .foreignWriter)
        #expect(report.gaps.isEmpty)
        #expect(report.chainBreaks.isEmpty)
        #expect(try ReportBuilder.report(on: .journal(journal.source), since: Clocks.realtimeMicroseconds).records == 0)

        // What the witness said before the time counts in it.
        for event in [Event.witnessBlind, .witnessStarted, .witnessBlind] {
            try trail.write(Record(event, priority: .error, message: "\(event)"))
        }
        #expect(trail.flush(withinMicroseconds: 60_000_000), "\(trail.status)")
        let late = try ReportBuilder.report(on: .journal(journal.source), since: Clocks.realtimeMicroseconds)
        #expect(late.records == 0 && late.sight.blindReason == "witnessBlind" && late.sight.unseen.isEmpty)
    }
}
