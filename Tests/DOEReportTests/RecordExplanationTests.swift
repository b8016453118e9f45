import DOEPolicy
import DOERecord
@testable import DOEReport
import DOEWords
import Testing

@Suite("One record explained")
struct RecordExplanationTests {
    private func explain(
        _ rules: String, _ make: (inout TrailMaker) -> Void
    ) throws -> RecordExplanation {
        var trail = TrailMaker()
        make(&trail)
        let record = try #require(trail.records.last)
        let policy = try site(rules)
        return try #require(RecordExplanation(record, under: policy))
    }

    @Test("then and now, and what each earlier rule failed on")
    func thenAndNow() throws {
        let explanation = try explain("allow object=10de:* uid=0\ndeny object=10de:* because \"ticket 9\"\n") {
            $0.asked("10de:01", .warn, by: "90-doe-audit.rules:37") { $0.taint = .vendor }
        }
        #expect(explanation.now?.decision?.verdict == .deny)
        let text = RecordExplanationText.render(explanation)
        for line in [
            "then  warn by 90-doe-audit.rules:37", "      taint V", "now   deny by 50-site.rules:2",
            "  50-site.rules:1: uid is 1000, the rule wants 0", "  50-site.rules:2: matches",
            "Not in the record, so unknown here: the client's groups, the function's PCI class, the request's bytes",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(text)")
        }
    }

    @Test("what cannot be told is not guessed")
    func open() throws {
        let explanation = try explain("allow object=10de:* group=50\n") { $0.asked("10de:01", .deny, by: "default") }
        #expect(explanation.now?.decision == nil)
        let text = RecordExplanationText.render(explanation)
        #expect(
            text.contains("now   allow or deny: it cannot be told, since the record lacks\n      the client's groups\n")
        )
        #expect(
            try ReportJSON.render(explanation).contains("\"undecidedFor\" : [\n      \"the client's groups\"\n    ]"))
    }

    @Test("what was no object is refused under any rules; what others refused would be refused again")
    func beyondRules() throws {
        let malformed = try explain("allow\n") { $0.asked("10de:01", .deny, by: "gatekeeper", .malformed) }
        #expect(malformed.now == nil)
        #expect(RecordExplanationText.render(malformed).contains("now   rules are not asked: it was malformed"))
        let owned = try explain("allow\n") { $0.asked("10de:01", .deny, by: "spdm-owner") }
        #expect(owned.now?.decision?.verdict == .allow)
        #expect(
            RecordExplanationText.render(owned).contains("refused whatever rules say: it was refused by spdm-owner"))
    }

    @Test("a record about no exchange is none")
    func noExchange() throws {
        var trail = TrailMaker()
        trail.add(.daemonStarted, .notice) { _ in }
        let record = try #require(trail.records.last)
        let policy = try site("allow\n")
        #expect(RecordExplanation(record, under: policy) == nil)
    }
}
