import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEMonitor
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import TestSupport
import Testing

@Suite("What a killed daemon left is taken up by the next")
struct TakeUpTests {
    @Test("only the mailbox with an unfinished exchange is aborted, and it is tainted A")
    func abortsOnlyTheInterrupted() throws {
        let first = TemporaryDirectory()
        let killed = try AuditTrail(stateDirectory: first.path, journal: Self.nobody(first))
        var draft = Record(.exchangeAllowed, priority: .info, message: "under way")
        draft[.mailbox] = "sim:cxl"
        let open = try killed.open(draft, durability: .memory)

        // The ring as a kill at this moment leaves it.
        let second = TemporaryDirectory()
        try AtomicFile.write(
            try WholeFile.read(first.path + "/ring", limit: 64 << 20), to: second.path + "/ring", mode: 0o600)
        _ = try open.close()

        let trail = try AuditTrail(stateDirectory: second.path, journal: Self.nobody(second))
        #expect(trail.recovery.interrupted.map { $0[.mailbox] } == ["sim:cxl"])
        let ledger = try TaintLedger(directory: second.path, boot: String(repeating: "0", count: 32))
        let monitor = Monitor(
            judge: Judge(.denyAll(generation: 1)), trail: trail, ledger: ledger, warnKernelLog: { _ in },
            taintIsNew: {})
        let interrupted = SimulatedFunction.cxlMemoryExpander()
        let other = SimulatedFunction.vendorFunction()
        try monitor.takeUp([Self.mailbox("cxl", interrupted), Self.mailbox("vendor", other)])
        #expect(interrupted.counts.abortWrites == 1)
        #expect(other.counts.writes == 0)
        #expect(ledger.snapshot.sinceBoot[.mailbox(.simulated("cxl"))]?.letters == .abort)
        #expect(ledger.snapshot.sinceBoot[.mailbox(.simulated("vendor"))] == nil)
    }

    @Test("after an end in order nothing is aborted")
    func nothingAfterAnOrderlyEnd() throws {
        let house = try House()
        let function = SimulatedFunction.cxlMemoryExpander()
        try house.monitor.takeUp([Self.mailbox("cxl", function)])
        #expect(function.counts.writes == 0)
        #expect(house.ledger.snapshot.hostLetters.isEmpty)
    }

    private static func mailbox(_ word: String, _ function: SimulatedFunction) -> RegisterMailbox {
        RegisterMailbox(name: .simulated(word), function: function, capability: SimulatedFunction.mailboxOffset)
    }

    private static func nobody(_ directory: TemporaryDirectory) -> JournalEndpoint {
        JournalEndpoint(socket: directory.path + "/nobody", source: .directory(directory.path + "/nothing"))
    }
}
