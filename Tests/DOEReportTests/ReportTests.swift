import DOEAuditTrail
import DOELinux
import DOERecord
import DOEReport
import DOEWords
import TestSupport
import Testing

@Suite struct ReportTests {
    private func report(_ records: [Record], since: UInt64? = nil, until: UInt64? = nil, uid: UInt32? = 0) -> Report {
        var builder = ReportBuilder(source: .exportFile("night.export"), since: since, until: until)
        for record in records { builder.add(TrailEntry(record: record, writerUID: uid)) }
        return builder.finish()
    }

    private func findings(_ report: Report, _ kind: Finding.Kind) -> [Finding] {
        report.attention.filter { $0.kind == kind }
    }

    @Test func theTextOfANight() throws {
        #expect(
            ReportText.render(report(TrailMaker.night().records)) == """
                2 things need attention.
                7 exchanges, 8 records, 2026-03-01 02:01:00 UTC to 2026-03-01 02:08:00 UTC, from the file night.export

                CRITICAL
                  2x compliance mode: 1e98:00 CXL Compliance Mode (inject link poison) at 0000:0d:00.0@190 by uid 1000 "/home/eve/poke\\u{1b}[2J", refused by 90-doe-audit.rules:12
                      2026-03-01 02:06:00 UTC to 2026-03-01 02:07:00 UTC
                      -> find out who ran it: compliance mode makes a device corrupt or lose data

                WRONG OR REFUSED
                  failed: 10de:01 vendor object at 0000:0d:00.0@190 by uid 0 /usr/bin/doe-audit: timeout
                      at 2026-03-01 02:08:00 UTC
                      -> see the status; a device that fails again and again needs its vendor

                TO LOOK AT
                  warned: 10de:01 vendor object at 0000:0d:00.0@190 by uid 0 /usr/bin/doe-audit, by 90-doe-audit.rules:12
                      at 2026-03-01 02:05:00 UTC
                      -> if it is expected, write a rule that allows it

                Road
                  7  proxy

                Class
                  3  kernel-expected
                  2  compliance
                  2  vendor

                Verdict
                  3  allow
                  2  deny
                  2  warn

                Object
                  3  allow  1e98:02 CXL Table Access (CDAT) (kernel-expected)
                  2  warn   10de:01 vendor object (vendor)
                  2  deny   1e98:00 CXL Compliance Mode (compliance)

                Mailbox
                  7  0000:0d:00.0@190

                Client
                  5  uid 0 /usr/bin/doe-audit
                  2  uid 1000 "/home/eve/poke\\u{1b}[2J"

                Taints raised
                  0000:0d:00.0@190  A  an exchange was aborted or timed out, 1 time, last 2026-03-01 02:08:00 UTC
                  0000:0d:00.0@190  C  compliance mode through DOE was attempted, 2 times, last 2026-03-01 02:07:00 UTC
                  0000:0d:00.0@190  V  a vendor-specific object passed, 1 time, last 2026-03-01 02:05:00 UTC

                No record of the witness lies in this time: 'doe-audit status' tells whether it sees what goes past the proxy.

                The trail is whole: no number is missing and every record fits the one before it.

                """)
    }

    @Test func whatPermissiveLetPassIsListedByWhoRefusedIt() {
        var trail = TrailMaker()
        let vendor = ObjectID(vendor: 0x10de, type: 0x01)
        for event in [Event.exchangeWarned, .exchangeWarned, .exchangeFailed] {
            trail.exchange(event, .warning, vendor, "vendor object", .vendor, .warn, taint: [.vendor, .permissive]) {
                $0[.would] = "deny"
                $0[.rule] = "default"
            }
        }
        let report = report(trail.records)
        #expect(report.attention.map(\.kind) == [.unenforced])
        #expect(
            report.attention.first?.what
                == "10de:01 vendor object at 0000:0d:00.0@190 by uid 0 /usr/bin/doe-audit, would be refused by default")
        #expect(report.attention.first?.count == 3)
        #expect(ReportText.render(report).contains("\nWRONG OR REFUSED\n  3x passed in permissive mode: 10de:01 "))
    }

    @Test func aQuietNightIsSaidInOneLine() {
        let quiet = Array(TrailMaker.night().records.prefix(4))
        #expect(
            ReportText.render(report(quiet)).hasPrefix(
                """
                Nothing of what is on record needs attention.
                3 exchanges, 4 records, 2026-03-01 02:01:00 UTC to 2026-03-01 02:04:00 UTC, from the file night.export

                Road
                """))
    }

    @Test func aRecordWithTheNumberZeroIsABrokenChainAndNoTrap() throws {
        var records = TrailMaker.night().records
        records[0][.sequence] = "0"
        let report = report(records)
        #expect(report.records == records.count)
        #expect(report.chainBreaks.map(\.sequence) == [0])
    }

    @Test func aVerdictOfControlCharactersIsShownEscaped() throws {
        var records = TrailMaker.night().records
        records[1][.verdict] = "\u{1b}\u{7}\u{7}"
        #expect(ReportText.render(report(records)).contains("1  \\u{1b}\\u{07}\\u{07}  1e98:02"))
    }

    @Test func gapsOfAnySizeAndNumberAreCountedWithoutATrap() throws {
        var records: [Record] = []
        for number in 0..<4200 {
            var record = Record(.daemonStarted, priority: .notice, message: "forged")
            record[.instance] = "\(number / 2)"
            record[.sequence] = number % 2 == 0 ? "1" : "\(UInt64.max)"
            records.append(record)
        }
        let report = report(records)
        #expect(report.gaps.count == 2100)
        #expect(findings(report, .gap).map(\.count).allSatisfy { $0 == .max })
    }

    @Test func whatAnOrdinaryUserWroteNeitherCountsNorStandsForWhatIsMissing() throws {
        let night = TrailMaker.night().records
        var forged = night[6]
        forged[.object] = "dead:01"
        forged[.mailbox] = "0000:ff:00.0@100"
        var builder = ReportBuilder(source: .exportFile("night.export"))
        // Before the true ones: one in the place of a record, one in the place of a missing record, one far ahead.
        for number in ["3", "7", "900"] {
            forged[.sequence] = number
            builder.add(TrailEntry(record: forged, writerUID: 1000))
        }
        for record in night where record.sequence != 7 { builder.add(TrailEntry(record: record, writerUID: 0)) }
        let report = builder.finish()
        #expect(report.records == 7)
        #expect(report.counts.mailbox == ["0000:0d:00.0@190": 6])
        #expect(!report.objects.contains { $0.object == "dead:01" })
        #expect(report.taints.allSatisfy { $0.mailbox == "0000:0d:00.0@190" })
        #expect(report.gaps.map { $0.first...$0.last } == [7...7])
        #expect(findings(report, .conflict).isEmpty)
        #expect(findings(report, .foreignWriter).map(\.count) == [3])
    }

    @Test func onlyInstancesOfTheTimeThatWasAskedForAreCounted() throws {
        var records = TrailMaker.night().records
        var late = records[0]
        late[.instance] = "later"
        late[.time] = String(try #require(records.last?.time) + 1)
        records.append(late)
        #expect(report(records).instances == 2)
        #expect(report(records, until: records[7].time).instances == 1)
    }

    @Test func aFloodOfRefusalsDoesNotHideWhatIsWorse() throws {
        var records = (0..<2100).map { number in
            var record = Record(.exchangeRefused, priority: .error, message: "refused")
            record[.object] = "10de:\(number)"
            return record
        }
        records += TrailMaker.night().records
        let compliance = findings(report(records), .compliance)
        #expect(compliance.map(\.count) == [2])
        #expect(compliance.first?.what.contains("inject link poison") == true)
    }

    @Test func anEmptyJournalSaysWhereToLook() {
        #expect(
            ReportText.render(report([])) == """
                No records in the file night.export.
                Write it anew: 'journalctl -t doe-auditd -o export'.

                """)
        for (source, advice) in [
            (JournalSource.host, "Is doe-auditd running"), (.namespace("x"), "Is doe-auditd running"),
            (.directory("/x"), "Is it the journal of a host with doe-auditd"),
        ] {
            let text = ReportText.render(ReportBuilder(source: .journal(source)).finish())
            #expect(text.hasPrefix("No records in \(source).\n\(advice)"))
        }
    }

    @Test func aTimeWithoutRecordsIsNamedWithItsZone() throws {
        let night = TrailMaker.night().records
        let last = try #require(night.compactMap(\.time).max())
        let quiet = report(night, since: last + 60_000_000)
        #expect(
            ReportText.render(quiet) == """
                Nothing is on record in the file night.export since 2026-03-01 02:09:00 UTC.
                It cannot be told whether nothing happened or nobody wrote: name a longer time.

                """)
        #expect(quiet.since == Timestamp(microseconds: last + 60_000_000) && quiet.until == nil)
        let both = ReportText.render(report(night, since: last + 60_000_000, until: last + 120_000_000))
        #expect(both.contains("from 2026-03-01 02:09:00 UTC to 2026-03-01 02:10:00 UTC.\n"))
        #expect(ReportText.render(report(night, until: 1_000_000)).contains("until 1970-01-01 00:00:01 UTC."))
    }

    @Test func aRefusedLeaseIsNoLease() throws {
        var trail = TrailMaker()
        for (event, mode) in [
            (Event.leaseRefused, Mode.production), (.leaseRefused, .bringUp), (.leaseStarted, .bringUp),
        ] {
            trail.add(event, .error) { $0[.mode] = mode.rawValue }
        }
        let report = report(trail.records)
        #expect(report.attention.map(\.kind) == [.leaseAttempted, .leaseRefused, .leased])
        #expect(report.attention.map(\.severity) == [.critical, .error, .warning])
        let text = ReportText.render(report)
        #expect(text.contains("CRITICAL\n  lease asked for in production: leaseRefused\n"))
        #expect(text.contains("      -> find out who asked: nothing was released"))
    }

    @Test func colourIsThereOnlyWhereItWasAskedFor() {
        let night = report(TrailMaker.night().records)
        #expect(!ReportText.render(night).contains("\u{1b}"))
        let colored = ReportText.render(night, colored: true)
        #expect(colored.hasPrefix("\u{1b}[1;31m2 things need attention.\u{1b}[0m\n"))
        #expect(!colored.contains("\u{1b}[2J"), "a client's name must not clear the screen")
    }

    @Test func theJSONHasStableSortedKeys() throws {
        let json = try ReportJSON.render(report(Array(TrailMaker.night().records.suffix(1)), uid: 0))
        #expect(
            json == """
                {
                  "attention" : [
                    {
                      "count" : 1,
                      "first" : "2026-03-01T02:08:00.000000Z",
                      "kind" : "failed",
                      "last" : "2026-03-01T02:08:00.000000Z",
                      "remedy" : "see the status; a device that fails again and again needs its vendor",
                      "severity" : "error",
                      "what" : "10de:01 vendor object at 0000:0d:00.0@190 by uid 0 /usr/bin/doe-audit: timeout"
                    }
                  ],
                  "chainBreaks" : [

                  ],
                  "counts" : {
                    "class" : {
                      "vendor" : 1
                    },
                    "client" : {
                      "uid 0 /usr/bin/doe-audit" : 1
                    },
                    "mailbox" : {
                      "0000:0d:00.0@190" : 1
                    },
                    "road" : {
                      "proxy" : 1
                    },
                    "verdict" : {
                      "warn" : 1
                    }
                  },
                  "duplicates" : 0,
                  "exchanges" : 1,
                  "first" : "2026-03-01T02:08:00.000000Z",
                  "gaps" : [

                  ],
                  "instances" : 1,
                  "last" : "2026-03-01T02:08:00.000000Z",
                  "misdated" : 0,
                  "objects" : [
                    {
                      "class" : "vendor",
                      "count" : 1,
                      "name" : "vendor object",
                      "object" : "10de:01",
                      "verdict" : "warn"
                    }
                  ],
                  "observed" : [

                  ],
                  "records" : 1,
                  "sight" : {
                    "isTold" : false,
                    "missed" : 0,
                    "unseen" : [

                    ]
                  },
                  "source" : "the file night.export",
                  "taints" : [
                    {
                      "count" : 1,
                      "first" : "2026-03-01T02:08:00.000000Z",
                      "last" : "2026-03-01T02:08:00.000000Z",
                      "letter" : "A",
                      "mailbox" : "0000:0d:00.0@190",
                      "meaning" : "an exchange was aborted or timed out"
                    }
                  ],
                  "unread" : [

                  ],
                  "version" : 1
                }

                """)
    }

    @Test func missingNumbersAreAGapAndNothingElseIs() {
        var records = TrailMaker.night().records
        records.removeSubrange(2..<4)
        let report = report(records)
        #expect(report.gaps.map(\.first) == [3])
        #expect(report.gaps.map(\.last) == [4])
        #expect(report.chainBreaks.isEmpty, "the record before it is not there to compare with")
        #expect(findings(report, .gap).map(\.count) == [2])
        #expect(report.trail == .notWhole)
        #expect(ReportText.render(report).contains("THE TRAIL IS NOT WHOLE"))
        #expect(self.report(Array(TrailMaker.night().records.dropFirst(3))).trail == .whole, "older ones were vacuumed")
    }

    @Test func aDuplicateIsRecognisedAndCountedOnce() {
        let records = TrailMaker.night().records
        let report = report(records + records.prefix(3))
        #expect(report.records == records.count)
        #expect(report.duplicates == 3)
        #expect(report.trail == .whole)
        #expect(ReportText.render(report).hasSuffix("fits the one before it, 3 duplicates recognised.\n"))
    }

    @Test func anyOrderOfDeliveryGivesTheSameReport() throws {
        let records = TrailMaker.night().records
        let expected = try ReportJSON.render(report(records))
        for turn in 1..<records.count {
            let turned = Array(records[turn...] + records[..<turn])
            #expect(try ReportJSON.render(report(turned)) == expected)
            #expect(try ReportJSON.render(report(turned.reversed())) == expected)
        }
    }

    @Test func aRecordThatWasChangedBreaksTheChainBehindIt() {
        var records = TrailMaker.night().records
        records[5][.verdict] = "allow"
        for order in [records, records.reversed()] {
            let report = report(order)
            #expect(report.chainBreaks.map(\.sequence) == [7])
            #expect(report.trail == .notWhole)
        }
        records = TrailMaker.night().records
        records[0][.chain] = SHA256Digest(of: [1]).description
        #expect(report(records).chainBreaks.map(\.sequence) == [1, 2])
    }

    @Test func twoRecordsWithOneNumberAreAConflict() {
        var records = TrailMaker.night().records
        var forged = records[5]
        forged[.verdict] = "allow"
        records.append(forged)
        #expect(findings(report(records), .conflict).count == 1)
    }

    @Test func aRecordThatRootDidNotWriteIsNamed() {
        let records = TrailMaker.night().records
        #expect(findings(report(records, uid: 1000), .foreignWriter).map(\.count) == [records.count])
        let unsaid = findings(report(records, uid: nil), .foreignWriter)
        #expect(unsaid.map(\.count) == [records.count], "who does not say who wrote it may be anybody")
    }

    @Test func onlyTheTimeThatWasAskedForIsReportedWithoutFalseGaps() throws {
        let records = TrailMaker.night().records
        let since = records[2].time
        let until = records[4].time
        let part = report(records, since: since, until: until)
        #expect(part.records == 3)
        #expect(part.trail == .whole)
        // Of what lies before, the last record has to be there: what is missing since may belong to that time.
        let late = report([records[0]] + records[3...], since: records[3].time)
        #expect(late.gaps.map { $0.first...$0.last } == [2...3])
        #expect(late.records == 5)
        #expect(report(Array(records[3...]), since: records[3].time).trail == .whole, "older ones were vacuumed")
    }

    @Test func manyDifferentClientsAreCountedTogetherInTheEnd() {
        var trail = TrailMaker()
        for number in 0..<2100 {
            trail.exchange(.exchangeRefused, .error, .spdm, "SPDM", .published, .deny, exe: "/tmp/\(number)")
        }
        let report = report(trail.records)
        #expect(report.counts.client.count == 2001)
        #expect(report.counts.client["(others)"] == 100)
        #expect(report.attention.reduce(0) { $0 + $1.count } == 2100)
        #expect(ReportText.render(report).split(separator: "\n").count < 100)
    }

    @Test(arguments: [
        (UInt64(0), "1970-01-01T00:00:00.000000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (951_868_800_123_456, "2000-03-01T00:00:00.123456Z"), (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (1_772_330_400_000_000, "2026-03-01T02:00:00.000000Z"), (.max, "586524-01-19T08:01:49.551615Z"),
    ])
    func timesAreShownInUTC(microseconds: UInt64, text: String) {
        #expect(Timestamp(microseconds: microseconds).text == text)
    }
}
