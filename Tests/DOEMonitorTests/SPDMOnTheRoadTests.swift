import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("SPDM on the road")
struct SPDMOnTheRoadTests {
    /// A device that answers each SPDM request with the response of its code.
    private static func house(
        _ behaviour: Behaviour = Behaviour(), name: MailboxName = .simulated("bench")
    ) throws -> House {
        let device = SimulatedDevice(
            device: PCIDeviceID(vendor: 0x1b36, device: 0x0010), classCode: 0x010802, serialNumber: nil)
        let handlers: [ObjectID: SimulatedFunction.Handler] = [
            .spdm: { try? DataObject(.spdm, payload: [0x12, UInt8($0.dword(2) >> 8 & 0x7f), 0, 0]) }
        ]
        return try House(SimulatedFunction(device, handlers: handlers, behaviour: behaviour), name: name)
    }

    private static func bytes(_ code: UInt8) throws -> [UInt8] {
        try DataObject(.spdm, payload: [0x12, code, 0, 0]).bytes
    }

    @Test("a second client is refused with the reason, on record, and nothing of it is sent or taints")
    func secondClient() throws {
        let house = try Self.house()
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "done")
        let writes = house.function.counts.writes
        let refused = house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 2)
        #expect(refused.status == "refused" && refused.verdict == .deny && refused.rule == "spdm-owner")
        #expect(refused.reason.contains("belongs to another client") && refused.sequence == 2)
        #expect(house.function.counts.writes == writes && house.ledger.snapshot.hostLetters.isEmpty)
        #expect(house.monitor.spdmOwner(of: house.mailbox.name)?.uid == .known(4242))
        house.monitor.left(1)
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 2).status == "done")
    }

    @Test("root takes it from its owner, on record with both; the owner's next object is refused")
    func release() throws {
        let house = try Self.house()
        let journald = FakeJournald(path: house.directory.path + "/nobody")
        let root = Client(via: .known(.unix), pid: .known(9), uid: .known(0), exe: .none, unit: .none)
        let mailbox = house.mailbox.identity()
        let nobody = #expect(throws: Obstacle.self) { try house.monitor.releaseSPDM(of: mailbox, for: root) }
        #expect(nobody?.problem == "SPDM on sim:bench belongs to nobody")
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "done")
        #expect(try house.monitor.releaseSPDM(of: mailbox, for: root).uid == .known(4242))
        var record = try Record(encoded: #require(journald.next()))
        while record.event != .spdmReleased { record = try Record(encoded: #require(journald.next())) }
        #expect(record.message == "SPDM on sim:bench was taken from uid 4242[7] by uid 0[9]")
        #expect(record[.clientUID] == "0" && record[.mailbox] == "sim:bench" && record.priority == .notice)
        #expect(house.ask(bytes: try Self.bytes(0xe1), uid: 4242, connection: 1).rule == "spdm-owner")
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 2).status == "done")
        #expect(house.ledger.snapshot.hostLetters.isEmpty)
    }

    @Test("what the judge refuses never owns anything")
    func refusedByJudge() throws {
        let house = try Self.house()
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 1000, connection: 1).rule == "default")
        #expect(house.monitor.spdmOwner(of: house.mailbox.name) == nil)
    }

    @Test("other objects pass beside it")
    func others() throws {
        let house = try Self.house()
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "done")
        #expect(try house.ask(.discovery).status == "done")
    }

    @Test("refused while the kernel talks SPDM with the device, or may", arguments: [Fact.known("tsm0"), .unknown])
    func kernelFirst(manager: Fact<String>) throws {
        var behaviour = Behaviour()
        behaviour.securityManager = manager
        let house = try Self.house(behaviour)
        let refused = house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1)
        #expect(refused.rule == "tsm" && refused.status == "refused" && house.function.counts.writes == 0)
        #expect(try house.ask(.discovery).status == "done")
        house.function.behaviour.securityManager = .none
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "done")
    }

    @Test("an owner whose device went away owns nothing")
    func deviceGone() throws {
        var behaviour = Behaviour()
        behaviour.failsAtGo = true
        let house = try Self.house(behaviour)
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "device-error")
        house.function.behaviour.failsAtGo = false
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 2).status == "done")
    }

    @Test("a command beside the objects walks the same road; registers cannot carry it, and the record says so")
    func outOfBand() throws {
        let house = try Self.house(name: try #require(MailboxName("0000:0d:00.0@190")))
        let request = Request.outOfBand(OutOfBandRequest(.updateKeys, payload: [1, 2, 3]))
        func ask(uid: UInt32) -> Reply {
            let client = Client(via: .known(.unix), uid: .known(uid), groups: .known([]), exe: .none, unit: .none)
            return house.monitor.exchange(request, with: house.mailbox, for: Requester(client, connection: 1))
        }
        let refused = ask(uid: 0)
        #expect(refused.status == "refused" && refused.rule == "default" && refused.object == .spdm)
        #expect(ask(uid: 4242).rule == "spdm-owner")
        #expect(house.ask(bytes: try Self.bytes(0x84), uid: 4242, connection: 1).status == "done")
        let (writes, lines) = (house.function.counts.writes, house.kernelLines.all)
        let reply = ask(uid: 4242)
        #expect(reply.status == "unsupported" && reply.verdict == .allow && reply.outOfBandAnswer == nil)
        #expect(reply.reason.contains("OOB_KEY_UPDATE") && reply.sequence == 4)
        #expect(house.function.counts.writes == writes && house.kernelLines.all == lines)
    }
}
