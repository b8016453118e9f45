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
        #expect(report.isWhole)
        #expect(try self.report(export(night.records), since: night.records[3].time).records == 5)
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
        #expect(report.isWhole)
    }

    @Test func damageAndWhatIsNotUnderstoodIsReportedAndTheRestIsRead() throws {
        let unknown = "DOE_EVENT=something-later\nSYSLOG_IDENTIFIER=doe-auditd\nPRIORITY=6\n\n"
        let report = try report(Array("broken line\n\n\(unknown)".utf8) + export(TrailMaker.night().records))
        #expect(report.records == 8)
        #expect(!report.isWhole)
        let finding = try #require(report.attention.first { $0.kind == .unreadable })
        #expect(finding.count == 2)
        #expect(finding.what.contains("byte 0"))
        #expect(finding.what.contains("something-later"))
    }

    @Test func whatAnOrdinaryUserWroteIsNotTakenForDamage() throws {
        let forged = "_UID=1000\nDOE_EVENT=nonsense\nSYSLOG_IDENTIFIER=doe-auditd\nPRIORITY=6\n\n"
        let report = try report(Array(forged.utf8) + export(TrailMaker.night().records))
        #expect(report.records == 8)
        #expect(report.isWhole)
        #expect(!report.attention.contains { $0.kind == .unreadable })
        #expect(report.attention.first { $0.kind == .foreignWriter }?.count == 1)
    }

    @Test func aWritersNameThatIsLostAmongTooManyFieldsMakesNoRecordOfOurs() throws {
        let night = TrailMaker.night().records
        let junk = (0..<600).map { "JUNK\($0)=x\n" }.joined()
        let forged = night[1].encoded + Array((junk + "_UID=1000\n\n").utf8)
        let report = try report(forged + export(Array(night.dropFirst(2))))
        #expect(report.records == 6)
        #expect(report.attention.first { $0.kind == .unreadable }?.count == 1)
    }

    @Test func aFileThatEndsInTheMiddleSaysWhere() throws {
        let bytes = export(TrailMaker.night().records)
        let report = try report(Array(bytes.dropLast(10)))
        #expect(report.records == 7)
        #expect(report.attention.first { $0.kind == .unreadable }?.what.contains("byte \(bytes.count - 10)") == true)
    }

    @Test func whatCannotBeOpenedIsNamedWithARemedy() {
        for source in [TrailSource.exportFile(path), .journal(.directory(path))] {
            let error = #expect(throws: ReportError.self) { try ReportBuilder.report(on: source) }
            #expect(error?.problem.contains(path) == true)
            #expect(error?.remedy?.contains("systemd-journal") == true)
        }
    }

    @Test func aRealJournalIsReadAsTheTrailWroteIt() throws {
        guard geteuid() == 0 else {
            print("\nNOT TESTED: reading a real journal: only what root wrote is the trail's, and these tests are not root's")
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
