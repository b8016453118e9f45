import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEMonitor
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@Suite("Taking up what a killed daemon left")
struct TakingUpTests {
    private let news = Lines()

    /// A monitor over a ring in which an exchange with this mailbox is still open.
    private func successor(of house: House, in directory: TemporaryDirectory, mailbox: MailboxName) throws -> Monitor {
        var record = Record(.exchangeAllowed, priority: .info, message: "under way")
        record[.mailbox] = mailbox.description
        let open = try house.trail.open(record, durability: .memory)
        // As a kill leaves it: the file has the opening half, and nobody closes it.
        try FileManager.default.copyItem(atPath: house.directory.path + "/ring", toPath: directory.path + "/ring")
        _ = try open.close()
        let trail = try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(
                socket: directory.path + "/nobody", source: .directory(directory.path + "/nothing")))
        let news = news
        return Monitor(
            judge: Judge(house.monitor.policy), trail: trail,
            ledger: try TaintLedger(directory: directory.path, boot: String(repeating: "0", count: 32)),
            warnKernelLog: { _ in }, tellTaint: { news.add($0.kernelLogLine) })
    }

    @Test("a mailbox that was in use is aborted and tainted, and the mask is told")
    func interrupted() throws {
        let house = try House()
        let directory = TemporaryDirectory()
        let monitor = try successor(of: house, in: directory, mailbox: house.mailbox.name)
        try monitor.takeUp([house.mailbox])
        #expect(monitor.ledger.snapshot.hostLetters == .abort)
        #expect(news.all == ["sim:bench is tainted: A (an exchange was aborted or timed out)"])
        #expect(house.function.counts.writes > 0 && house.function.counts.goWrites == 0)
    }

    @Test("a mailbox that was not in use is not touched")
    func others() throws {
        let house = try House()
        let directory = TemporaryDirectory()
        let monitor = try successor(of: house, in: directory, mailbox: .simulated("other"))
        try monitor.takeUp([house.mailbox])
        #expect(monitor.ledger.snapshot.hostLetters.isEmpty && news.all.isEmpty)
        #expect(house.function.counts.writes == 0)
    }

    @Test("after an end in order nothing is touched")
    func orderlyEnd() throws {
        let house = try House()
        try house.monitor.takeUp([house.mailbox])
        #expect(house.function.counts.writes == 0)
        #expect(house.ledger.snapshot.hostLetters.isEmpty)
    }
}
