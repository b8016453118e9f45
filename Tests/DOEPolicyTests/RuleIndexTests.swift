import Testing

@testable import DOEPolicy

@Suite struct RuleIndexTests {
    @Test func `what finds a rule and what it does stand in one line of the cache`() {
        #expect(RuleIndex.bytesALink == 64)
    }
}
