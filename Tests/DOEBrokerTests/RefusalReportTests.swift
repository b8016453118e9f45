import Synchronization
import Testing

@testable import DOEBroker

@Suite("What is told of a daemon that asks for what it should not")
struct RefusalReportTests {
    @Test("so much at once and no more, be it refused or gone wrong here; what is ordinary is not told")
    func few() {
        let said = Mutex<[String]>([])
        let report = RefusalReport { words in said.withLock { $0.append(words) } }
        report.take(BrokerError(.mailboxless, "it has no mailbox"))
        report.take(BrokerError(.malformed, "it is none"))
        for _ in 0..<1_000 { report.take(failure: "no thread") }
        report.take(BrokerError(.malformed, "it is none"))
        let expected = ["the daemon was refused: it is none"] + Array(repeating: "no thread", count: 9)
        #expect(said.withLock { $0 } == expected)
    }
}
