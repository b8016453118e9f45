import DOEAuditTrail
import DOEMailbox
import DOEMonitor
import DOEObjects
import DOESimulator
import DOETaint
import DOEWords
import MailboxTestSupport
import Testing

@Suite("A hostile device on the road")
struct HostileOnTheRoadTests {
    @Test("costs one exchange with its own record, and the next one is done", arguments: HostileDevice.catalogue)
    func one(device: HostileDevice) throws {
        let clock = MockClock()
        let house = try House(clock: clock)
        house.function.holdsThread = { clock.pass(microseconds: $0) }
        try device.spoil(house.function)
        let reply = try house.ask(SimulatedFunction.vendorEcho, HostileDevice.payload)
        #expect(reply.status == device.status.rawValue)
        #expect(reply.response == nil)
        #expect(reply.taint == device.taint.union(.vendor))
        #expect(reply.sequence == 1 && house.trail.status.open == 0)
        #expect(house.ledger.snapshot.hostLetters == device.taint.union(.vendor))

        house.function.behaviour = Behaviour()
        if device.returns == .afterAbandonment {
            #expect(try house.ask(SimulatedFunction.vendorEcho).status == "occupied")
            clock.sleep(microseconds: MailboxTiming.abandonedAfter)
        }
        let next = try house.ask(SimulatedFunction.vendorEcho, [1, 2, 3, 4])
        #expect(next.status == "done")
        #expect(next.response?.payload.elementsEqual([1, 2, 3, 4]) == true)
        #expect(next.taint == (device.returns == .atOnce ? .vendor : [.vendor, .abort]))
    }
}
