import Testing

@testable import DOEControl

@Suite("Who waits for an answer is told that he still does")
struct WaitingNoticesTests {
    @Test("after two seconds, then every ten, and not twice for the same time")
    func times() {
        var notices = WaitingNotices(from: 5_000_000)
        #expect(notices.next == 7_000_000)
        #expect(notices.waited(at: 6_999_999) == nil)
        // Late, as on a busy machine: what counts is when it was said.
        #expect(notices.waited(at: 8_000_000) == 3_000_000)
        #expect(notices.waited(at: 8_000_000) == nil)
        #expect(notices.waited(at: 17_999_999) == nil)
        #expect(notices.waited(at: 18_000_000) == 13_000_000)
        #expect(notices.next == 28_000_000)
    }
}
