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

    @Test("what stands in it was given after its reading had begun, and it knows of that")
    func givenSince() {
        var corpus = TrailCorpus()
        corpus.deliver(corpus.exchange())
        var ring = corpus.ring
        for _ in 0..<2 { corpus.keep(corpus.exchange()) }
        ring.closed = corpus.ring.closed
        for isBehind in [false, true] {
            if isBehind { corpus.deliver(corpus.exchange()) }
            var builder = VerificationBuilder(source: .journal(.host), ring: ring)
            for entry in corpus.entries { builder.add(entry) }
            let check = builder.finish()
            #expect(check.differences.count == (isBehind ? 1 : 0), "\(check.differences)")
            #expect(check.outcome == (isBehind ? .broken : .whole))
        }
    }
}
