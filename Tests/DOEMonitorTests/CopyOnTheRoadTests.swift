import DOEAuditTrail
import DOEMailbox
import DOEObjects
import DOERecord
import DOESimulator
import DOEWords
import MailboxTestSupport
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("Answers from a copy, on the road")
struct CopyOnTheRoadTests {
    private static let rules = """
        object 0001:00 published "DOE Discovery" kernel 6.0..
        object 1e98:02 published "CXL Table Access (CDAT)" kernel 6.0..
        allow  object={0001:00,1e98:02} uid=0 ask-device
        allow  object={0001:00,1e98:02}
        warn   class=vendor
        """

    private func house(capacity: Int = 256) throws -> House {
        // On its own clock: a busy machine's stall would interrupt a send, which makes copies doubtful.
        try House(.cxlMemoryExpander(), capacity: capacity, clock: MockClock(), rules: Self.rules)
    }

    private func ask(_ house: House, _ request: DataObject, uid: UInt32 = 1000) -> Reply {
        house.ask(bytes: request.bytes, uid: uid)
    }

    private func closed(_ house: House) throws -> [Record] {
        house.monitor.finishCounts()
        return try RingReader.read(stateDirectory: house.directory.path).closed
    }

    /// Reads the list and the CDAT; how each answer was had.
    private func readAll(_ house: House, uid: UInt32 = 1000) throws -> [String] {
        var statuses: [String] = []
        func answer(_ request: DataObject) throws -> DataObject {
            let reply = ask(house, request, uid: uid)
            statuses.append(reply.status)
            return try #require(reply.response, "\(reply.reason)")
        }
        var walk = DiscoveryWalk(version: 0)
        while case .ask(let request) = walk.next { try walk.take(try answer(request)) }
        var reader = CDATReader()
        while case .ask(let request) = reader.next { try reader.take(try answer(request)) }
        if case .done(let table) = reader.next { _ = try CoherentDeviceAttributeTable(bytes: table) }
        return statuses
    }

    @Test("the first who reads has it from the device, all others get copies, and they are counted")
    func shared() throws {
        let house = try house()
        let first = try readAll(house)
        #expect(first.allSatisfy { $0 == "done" })
        let touched = house.function.counts
        for uid in UInt32(1001)...1005 {
            for _ in 0..<20 { #expect(try readAll(house, uid: uid).allSatisfy { $0 == "copied" }) }
        }
        #expect(house.function.counts.goWrites == touched.goWrites && house.function.counts.writes == touched.writes)
        let records = try closed(house).filter { $0[.status] == "copied" }
        // Of each user and object the first, and one that counts.
        #expect(records.count == 5 * 2 * 2)
        #expect(records.reduce(0) { $0 + ($1[.count].flatMap { Int($0) } ?? 1) } == 5 * 20 * first.count)
        #expect(records.allSatisfy { $0.event == .exchangeAllowed && $0.priority == .info && $0[.latency] == nil })
        #expect(house.monitor.counters.exchanges == UInt64(101 * first.count) && house.monitor.counters.refused == 0)
    }

    private static let name = MailboxName("0000:0d:00.0@190") ?? .simulated("none")
    private static let address = FunctionAddress("0000:0d:00.0")

    private static func exchange(_ object: ObjectID, _ ending: ObservedExchange.Ending, by road: Road) -> Observation {
        let exchange = ObservedExchange(
            object: object, request: [], isRequestWhole: false, response: nil, ending: ending)
        return Observation(.exchange(exchange, at: name), road: road, client: Client(), began: 0, ended: 10)
    }

    private static let doubtful: [Observation] =
        [
            exchange(.discovery, .aborted, by: .bypass), exchange(.discovery, .abandoned, by: .bypass),
            exchange(.discovery, .unfinished, by: .passthrough), exchange(.spdm, .done, by: .bypass),
            exchange(.discovery, .done, by: .kernel), exchange(.tableAccess, .failed, by: .kernel),
        ]
        + [address].compactMap(\.self).map {
            Observation(
                .configWrites(count: 1, function: $0, offset: 0x78, width: 2, value: 0x8000), road: .bypass,
                client: Client(), began: 0, ended: 1)
        }

    @Test("what the witness sees happen to the device makes its copies doubtful, and nothing else does")
    func witnessed() throws {
        #expect(Self.doubtful.count == 7)
        let house = try House(
            .cxlMemoryExpander(), name: Self.name, capacity: 2048, clock: MockClock(), rules: Self.rules)
        _ = try readAll(house)
        let elsewhere = MailboxName("0000:0e:00.0@190") ?? .simulated("none")
        let abort = ObservedExchange(
            object: nil, request: [], isRequestWhole: false, response: nil, ending: .aborted)
        house.monitor.observe(Self.exchange(.discovery, .done, by: .bypass))
        house.monitor.observe(
            Observation(.exchange(abort, at: elsewhere), road: .bypass, client: Client(), began: 0, ended: 1))
        #expect(try readAll(house).allSatisfy { $0 == "copied" })
        for observation in Self.doubtful {
            house.monitor.observe(observation)
            #expect(try readAll(house).allSatisfy { $0 == "done" }, "\(observation)")
            #expect(try readAll(house).allSatisfy { $0 == "copied" })
        }
        house.monitor.forgetCopies()
        #expect(try readAll(house).allSatisfy { $0 == "done" })
    }

    @Test("who may ask the device asks it each time, and its answers renew the copies")
    func askDevice() throws {
        let house = try house()
        for _ in 0..<3 { #expect(try readAll(house, uid: 0).allSatisfy { $0 == "done" }) }
        #expect(try readAll(house, uid: 1000).allSatisfy { $0 == "copied" })
        let reply = ask(house, DiscoveryRequest(index: 0, version: 0).dataObject)
        #expect(reply.verdict == .allow && reply.rule == "50-test.rules:4" && reply.reason.contains("copy"))
        #expect(reply.taint.isEmpty && reply.sequence != nil)
    }

    @Test("what the mailbox's own list does not have is not sent, once that list is known; a rule can have it sent")
    func unlisted() throws {
        let rules = Self.rules.replacing(
            "warn   class=vendor", with: "warn   class=vendor uid=0 ask-device\nwarn   class=vendor")
        let house = try House(.cxlMemoryExpander(), clock: MockClock(), rules: rules)
        let unlisted = try DataObject(SimulatedFunction.vendorEcho, payload: [])
        // Nobody has read the list: the device is asked, and drops it.
        #expect(ask(house, unlisted).status == "timeout")
        _ = try readAll(house)
        let touched = house.function.counts.writes
        let reply = ask(house, unlisted)
        #expect(reply.status == "refused" && reply.verdict == .deny && reply.rule == "copy" && reply.taint.isEmpty)
        #expect(reply.reason.contains("10de:01") && reply.reason.contains("ask-device"))
        #expect(house.function.counts.writes == touched)
        // What it has passes as ever, and whom a rule lets ask the device itself asks.
        #expect(try readAll(house).allSatisfy { $0 == "copied" })
        #expect(ask(house, unlisted, uid: 0).status == "timeout")
        // The device failed: what was known of it is doubtful.
        #expect(house.monitor.knownObjects(of: house.mailbox.name) == nil)
    }

    @Test("compliance mode is shut first, whatever the list has")
    func complianceFirst() throws {
        let house = try House(.vendorFunction(), clock: MockClock(), rules: Self.rules)
        var walk = DiscoveryWalk(version: 2)
        while case .ask(let request) = walk.next { try walk.take(try #require(ask(house, request).response)) }
        let reply = ask(house, try DataObject(.compliance, payload: [0, 0, 0, 0]))
        #expect(reply.rule == "gatekeeper" && reply.taint == .complianceAttempted)
    }

    @Test("SPDM that is not listed takes up no mailbox")
    func unlistedSPDM() throws {
        let house = try House(.vendorFunction(), clock: MockClock(), rules: Self.rules + "\nallow object=0001:01")
        var walk = DiscoveryWalk(version: 2)
        while case .ask(let request) = walk.next { try walk.take(try #require(ask(house, request).response)) }
        let reply = ask(house, try DataObject(.spdm, payload: [0x10, 0x84, 0, 0]))
        #expect(reply.rule == "copy" && house.monitor.spdmOwner(of: house.mailbox.name) == nil)
    }

    @Test("made-up indexes and handles do not reach the device")
    func madeUp() throws {
        let house = try house()
        for handle in UInt16(1)...500 {
            let reply = ask(house, TableAccessRequest(entryHandle: handle).dataObject)
            #expect(reply.rule == "copy" && reply.status == "refused" && reply.reason.contains("from handle 0"))
        }
        #expect(ask(house, DiscoveryRequest(index: 9, version: 0).dataObject).rule == "copy")
        #expect(ask(house, DiscoveryRequest(index: 0, version: 77).dataObject).response == nil)
        #expect(house.function.counts.writes == 0)
    }

    @Test("after an exchange that the device failed it is asked anew")
    func failed() throws {
        let house = try house()
        _ = try readAll(house)
        house.function.behaviour.failsAtGo = true
        #expect(ask(house, DiscoveryRequest(index: 0, version: 0).dataObject, uid: 0).status == "device-error")
        house.function.behaviour.failsAtGo = false
        #expect(try readAll(house).allSatisfy { $0 == "done" })
        #expect(try readAll(house).allSatisfy { $0 == "copied" })
    }

    @Test("the kernel's copy is read while nobody has to wait for another mailbox's")
    func outsideTheLock() throws {
        let house = try house()
        let monitor = house.monitor
        let wereFree = Mutex<[Bool]>([])
        let wasRead: @Sendable () -> Void = {
            let isFree = monitor.copies.withLockIfAvailable { _ in true } ?? false
            wereFree.withLock { $0.append(isFree) }
        }
        let function = SharedFunction(house.function, atKernelCDAT: wasRead) { _, _ in }
        let mailbox = RegisterMailbox(
            name: house.mailbox.name, function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: monitor.judgeInForce, clock: MockClock())
        let client = Client(via: .known(.unix), pid: .known(7), uid: .known(1000), exe: .none, unit: .none)
        let reply = monitor.exchange(
            .exchange(TableAccessRequest(entryHandle: 0).dataObject.bytes), with: mailbox,
            for: Requester(client, connection: 1))
        let areFree = wereFree.withLock { $0 }
        #expect(reply.status == "done" && !areFree.isEmpty && areFree.allSatisfy(\.self))
    }
}
