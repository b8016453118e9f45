import DOEAuditTrail
import DOELinux
import DOERecord
@testable import DOEReport
import DOEWords
import TestSupport
import Testing

@Suite("One walk over a trail") struct TrailPassTests {
    private let directory = TemporaryDirectory()

    private func entries(_ records: [Record], machine: String? = nil) -> [TrailEntry] {
        records.map { TrailEntry(record: $0, writerUID: 0, machine: machine, host: machine.map { "host-\($0)" }) }
    }

    @Test("one instance on two hosts is two, and each finding says on which") func hosts() {
        let night = TrailMaker.night().records
        var gone = night
        gone.remove(at: 3)
        var builder = ReportBuilder(source: .exportFile("fleet.export"))
        for entry in entries(night, machine: "a") + entries(gone, machine: "b") { builder.add(entry) }
        let report = builder.finish()
        #expect(report.duplicates == 0 && report.instances == 2 && report.records == 15)
        #expect(report.gaps.map(\.machine) == ["b"])
        #expect(report.attention.first { $0.kind == .gap }?.host == "host-b")
        #expect(ReportText.render(report).contains("instance \(night[0].instance ?? ""), on host-b\n"))
        #expect(report.attention.count { $0.kind == .compliance } == 2, "one on each")
        var check = VerificationBuilder(source: .exportFile("fleet.export"))
        for entry in entries(night, machine: "a") + entries(gone, machine: "b") { check.add(entry) }
        let text = VerificationText.render(check.finish())
        #expect(text.contains("  4 of instance \(night[0].instance ?? "") on host-b\n"))
    }

    @Test("a number that comes again long after is compared in a second look, and the conflict is named")
    func repeatedLate() throws {
        var trail = TrailMaker()
        for _ in 0..<20_000 { trail.add(.exchangeAllowed, .info, after: 1) { _ in } }
        func export(_ late: Record) throws -> TrailSource {
            let bytes = (trail.records + [late]).flatMap { Array("_UID=0\n".utf8) + $0.encoded + [UInt8(ascii: "\n")] }
            let path = directory.path + "/late.export"
            try AtomicFile.write(bytes, to: path, mode: 0o600)
            return .exportFile(path)
        }
        let same = try TrailVerifier.verify(try export(trail.records[4]), stateDirectory: nil)
        #expect(same.duplicates == 1 && same.outcome == .unanchored)
        var changed = trail.records[4]
        changed[.clientUID] = "4711"
        let other = try TrailVerifier.verify(try export(changed), stateDirectory: nil)
        #expect(other.outcome == .broken && other.conflicting.map(\.sequence) == [5])
        #expect(VerificationText.render(other).contains("Two records with one number\n  5 of instance "))
    }

    @Test(
        "a loss of before it could name an end accounts for the end of the instance before, on the same machine alone")
    func unnamedLoss() {
        func verify(machine: String) -> Verification {
            let night = TrailMaker.night().records
            var loss = Record(.recordsLost, priority: .alert, message: "lost")
            loss[.instance] = String(repeating: "b", count: 32)
            loss[.sequence] = "1"
            loss[.chain] = SHA256Digest.zero.description
            loss[.schema] = "4"
            loss[.time] = night.last?[.time]
            var builder = VerificationBuilder(
                source: .exportFile("old.export"),
                expected: [RecordAnchor(instance: night[0].instance ?? "", sequence: 9, digest: .zero)])
            for entry in entries(night, machine: "a") + entries([loss], machine: machine) { builder.add(entry) }
            return builder.finish()
        }
        #expect(verify(machine: "a").accountedGaps.map(\.first) == [9])
        #expect(verify(machine: "b").accountedGaps.isEmpty && verify(machine: "b").unexplainedGaps.map(\.first) == [9])
    }

    @Test("an anchor is read in its one form and in no other") func anchors() {
        let text = "\(String(repeating: "0d", count: 16)):8:\(SHA256Digest(of: [8]))"
        #expect(RecordAnchor(text)?.description == text)
        #expect(RecordAnchor(text)?.sequence == 8)
        let parts = text.split(separator: ":").map(String.init)
        for bad in [
            "", ":", "\(parts[0]):0:\(parts[2])", "\(parts[0]):08:\(parts[2])", "\(parts[0]):+8:\(parts[2])",
            "\(parts[0]):18446744073709551616:\(parts[2])", "\(parts[0].uppercased()):8:\(parts[2])",
            "\(parts[0].dropLast()):8:\(parts[2])", "\(parts[0]):8:\(parts[2].dropLast())", "\(text):", "\(text) ",
        ] {
            #expect(RecordAnchor(bad) == nil, "\(bad)")
        }
    }
}
