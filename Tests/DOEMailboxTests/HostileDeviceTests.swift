import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import TestSupport
import Testing

/// Every hostile device costs one exchange: it fails by its name, within the specification's time and bounded memory,
/// and the mailbox works as soon as the device does.
@Suite("A hostile device")
struct HostileDeviceTests {
    private func exchange(with bench: Bench) throws -> ExchangeResult {
        try bench.exchange(payload: HostileDevice.payload)
    }

    @Test("costs one exchange, and no more than the specification's time", arguments: HostileDevice.catalogue)
    func one(device: HostileDevice) throws {
        let bench = Bench()
        try device.spoil(bench.function)
        let result = try exchange(with: bench)
        #expect(result.failure?.status == device.status)
        #expect(result.abort == device.abort)

        // PCIe r6.0 6.30.2: a second for the response, a second for an abort. The accesses themselves are bounded too.
        let counts = bench.function.counts
        let pauses = UInt64(counts.abortWrites) * MailboxTiming.abortPause
        #expect(bench.clock.slept <= device.seconds * 1_000_000 + pauses)
        #expect(counts.reads + counts.writes <= device.accessLimit)

        // What is read is what is kept: a dword each.
        #expect(counts.responseReads <= device.dwordsKept)
        #expect(counts.acknowledgements <= device.dwordsTaken)
        #expect((counts.goWrites > 0) == device.isAsked)

        bench.function.behaviour = Behaviour()
        try expectReturn(of: bench, device.returns)
        #expect(bench.function.counts.malformed == 0, "a request was glued to the rest of another")
    }

    private func expectReturn(of bench: Bench, _ returns: HostileDevice.Return) throws {
        switch returns {
        case .atOnce: break
        case .afterAbort:
            let result = try exchange(with: bench)
            #expect(result.response != nil)
            #expect(result.abort == .worked)
        case .afterAbandonment:
            #expect(try exchange(with: bench).failure?.status == .occupied)
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
            let result = try exchange(with: bench)
            #expect(result.response != nil)
            #expect(result.abort == .worked)
        }
        try bench.expectWorking()
    }

    @Test(
        "that stays hostile fails every exchange within a few seconds",
        arguments: HostileDevice.catalogue.filter { $0.dwordsTaken < 1 << 18 })
    func lasting(device: HostileDevice) throws {
        let bench = Bench()
        for _ in 0..<3 {
            try device.spoil(bench.function)
            let start = bench.clock.slept
            let result = try exchange(with: bench)
            if let response = result.response { #expect(response.object == SimulatedFunction.vendorEcho) }
            // Busy, stillness, abort, then the exchange itself: busy, response, abort.
            #expect(bench.clock.slept - start <= 6_100_000)
            bench.clock.sleep(microseconds: MailboxTiming.abandonedAfter)
        }
    }

    @Test("is one row of the page, word for word")
    func page() throws {
        let rows = try DocumentTable(page: "hostile-devices.md", section: "A mailbox").rows
        #expect(rows == HostileDevice.catalogue.map(\.cells))
        #expect(Set(HostileDevice.catalogue.map(\.name)).count == HostileDevice.catalogue.count)
    }
}
