import DOETrace
import DOEWords
import Testing

@testable import DOEBroker

@Suite("The bytes of what the broker reports of the witness' arms")
struct ArmsReportBytesTests {
    static func report() throws -> ArmsReport {
        let function = try #require(FunctionAddress("10000:e1:1f.7"))
        var report = ArmsReport(
            headerPage: "\tfield: u64 timestamp;\toffset:0;\n", processors: [0, 3, 255],
            probes: [
                .init(role: .write32, event: "write32", format: "name: write32\nID: 7\n"),
                .init(role: .canary, event: "canary", format: "é"),
            ],
            missing: ["pci_doe": "this kernel has no function pci_doe", "x": ""], ways: [.tracing],
            watched: [WatchedFunction(address: function, mailboxes: [0x190, 0xffc])], seesRegistersOnly: true,
            notes: [Obstacle("a"), Obstacle("b", remedy: "c"), Obstacle("d", remedy: "")])
        report.unwatched = [Obstacle("0000:0e:00.0 is not watched: it has no mailbox")]
        report.findings = [
            .init(obstacle: Obstacle("f", remedy: "g"), extent: .blind, isMended: false),
            .init(obstacle: Obstacle("h"), extent: .partly([.read32, .canary]), isMended: true),
            .init(obstacle: Obstacle("i"), extent: .partly([]), isMended: true),
        ]
        report.misses = .init(byProbes: ["write32": .max, "read32": 0], reads: 12)
        report.handover = .init(
            since: 1 << 60, isOrderly: true, isWatchWhole: false,
            told: .init(
                inBuffers: [1, .max, 3], misses: .init(byProbes: ["write32": 4], reads: 5), reads: 6, writers: 7),
            read: [8, 9, 10])
        return report
    }

    @Test("it is read back as it was, with programs or without, with counts or without")
    func roundTrip() throws {
        var report = try Self.report()
        #expect(ArmsReport.read(report.bytes) == report)
        report.ways = nil
        report.misses = nil
        #expect(ArmsReport.read(report.bytes) == report)
        report.handover = nil
        #expect(ArmsReport.read(report.bytes) == report)
        report.ways = []
        #expect(ArmsReport.read(report.bytes) == report)
    }

    @Test("one that is cut anywhere, or too long, is none")
    func cut() throws {
        let bytes = try Self.report().bytes
        for count in 0..<bytes.count { #expect(ArmsReport.read(Array(bytes[..<count])) == nil) }
        #expect(ArmsReport.read(bytes + [0]) == nil)
    }

    @Test("with any byte changed it is another one, or none: nothing traps, and no count is believed")
    func changed() throws {
        let report = try Self.report()
        let bytes = report.bytes
        for place in bytes.indices {
            for value: UInt8 in [0, 1, 2, 13, 14, 0x7f, 0x80, 0xff] where value != bytes[place] {
                var changed = bytes
                changed[place] = value
                #expect(ArmsReport.read(changed) != report, "byte \(place)")
            }
        }
        for count in [0, 1, 2, 100, 10_000] {
            #expect(ArmsReport.read([UInt8](repeating: 0xff, count: count)) == nil)
            #expect(ArmsReport.read([UInt8](repeating: 0, count: count)) == nil)
        }
    }
}
