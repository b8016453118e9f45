import DOEMonitor
import DOEObjects
import DOESimulator
import DOETaint
import DOEWords
import TestSupport
import Testing

@Suite("Permissive on the road")
struct PermissiveOnTheRoadTests {
    @Test("what the policy refuses reaches the device, on record as refused, and taints")
    func passes() throws {
        let house = try House(enforcement: .permissive)
        let reply = try house.ask(SimulatedFunction.vendorEcho, [1, 2, 3, 4], uid: 1000)
        #expect(reply.response?.payload.elementsEqual([1, 2, 3, 4]) == true)
        #expect(reply.verdict == .warn && reply.rule == "default" && reply.taint == [.vendor, .permissive])
        #expect(reply.reason.hasPrefix("passed in permissive mode, would be refused: no rule allows 10de:01"))
        #expect(house.ledger.snapshot.hostLetters == [.vendor, .permissive])
        #expect(house.monitor.counters.unenforced == 1 && house.monitor.counters.refused == 0)
        #expect(try house.ask(SimulatedFunction.vendorEcho).taint == .vendor)
        #expect(house.monitor.counters.unenforced == 1)
    }

    @Test("compliance never reaches a device, nor does what hides it, nor what is malformed")
    func stayShut() throws {
        let house = try House(.cxlMemoryExpander(), enforcement: .permissive)
        #expect(try house.ask(.compliance, uid: 4242).rule == "gatekeeper")
        let hidden = try DataObject(
            SimulatedFunction.vendorEcho, payload: [1, 1, 1, 1] + DataObject(.compliance, payload: [0]).bytes)
        #expect(house.ask(bytes: hidden.bytes, uid: 4242).rule == "gatekeeper")
        #expect(house.ask(bytes: [1, 0, 0, 0]).verdict == .deny)
        #expect(house.function.counts.writes == 0 && house.monitor.counters.unenforced == 0)
    }

    @Test("a taint that cannot be kept refuses, and then nothing passed")
    func ledgerBroken() throws {
        let house = try House(enforcement: .permissive)
        try house.breakLedger()
        let reply = try house.ask(SimulatedFunction.vendorEcho, uid: 1000)
        #expect(reply.verdict == .deny && reply.rule == "ledger" && house.function.counts.writes == 0)
        #expect(house.monitor.counters.unenforced == 0)
    }

    @Test("without room for a record nothing passes")
    func ringFull() throws {
        let house = try House(capacity: 8, enforcement: .permissive)
        let replies = try (0..<12).map { _ in try house.ask(SimulatedFunction.vendorEcho, uid: 1000) }
        #expect(replies.last?.rule == "trail" && replies.last?.verdict == .deny)
        #expect(house.function.counts.goWrites == replies.count { $0.status == "done" })
    }

    @Test("SPDM keeps its one owner, and the kernel comes first")
    func owner() throws {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        let handlers: [ObjectID: SimulatedFunction.Handler] = [
            .spdm: { try? DataObject(.spdm, payload: [0x12, UInt8($0.dword(2) >> 8 & 0x7f), 0, 0]) }
        ]
        let house = try House(SimulatedFunction(device, handlers: handlers), enforcement: .permissive)
        let getVersion = try DataObject(.spdm, payload: [0x12, 0x84, 0, 0]).bytes
        #expect(house.ask(bytes: getVersion, uid: 1000, connection: 1).status == "done")
        #expect(house.ask(bytes: getVersion, uid: 1000, connection: 2).rule == "spdm-owner")
        house.monitor.left(1)
        house.function.behaviour.securityManager = .known("tsm0")
        #expect(house.ask(bytes: getVersion, uid: 1000, connection: 2).rule == "tsm")
        #expect(house.monitor.counters.unenforced == 1)
    }
}
