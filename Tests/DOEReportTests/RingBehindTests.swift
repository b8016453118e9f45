@testable import DOEAuditTrail
@testable import DOEReport
import DOELinux
import Testing

@Suite("A check of a ring that knows less than the journal")
struct RingBehindTests {
    /// A journal of two records beside the ring as it was after the first.
    private func check(_ change: (inout RingReading) -> Void) -> Verification {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        var ring = corpus.ring
        corpus.deliver(corpus.exchange())
        change(&ring)
        var builder = VerificationBuilder(source: .journal(.host), ring: ring)
        for entry in corpus.entries { builder.add(entry) }
        return builder.finish()
    }

    @Test("it is an older one")
    func older() {
        let check = check { _ in }
        #expect(check.outcome == .broken && check.differences.count == 1 && check.doubts.isEmpty)
    }

    @Test("or the machine has died, and the journal was on its disk first: before a daemon has started nobody knows")
    func cutOff() {
        let check = check { $0.isCutOff = true }
        #expect(check.outcome == .unknown && check.differences.isEmpty)
        #expect(check.doubts.count == 1 && check.doubts.first?.hasPrefix("the machine has gone down") == true)
    }

    @Test("of the instance before its own it need not know all")
    func over() {
        let check = check { $0.isLastOfOneBefore = true }
        #expect(check.differences.isEmpty && check.doubts.isEmpty)
    }
}
