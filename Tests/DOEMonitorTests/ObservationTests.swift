import DOEAuditTrail
import DOELinux
import DOEObjects
import DOEPolicy
import DOERecord
import DOESimulator
import DOETaint
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEMonitor

@Suite("What is observed past the proxy")
struct ObservationTests {
    private static let name = MailboxName("0000:0d:00.0@190") ?? .simulated("none")
    private static let address = FunctionAddress("0000:0d:00.0")
    private static let setpci = Client(
        via: .none, pid: .known(467), uid: .known(0), groups: .unknown, exe: .known("/usr/bin/setpci"), unit: .none)
    private static let kernel = Client(
        via: .none, pid: .none, uid: .none, groups: .none, loginUID: .none, session: .none, exe: .none, unit: .none,
        container: .none, parent: .none)

    private static let device = PCIDeviceID(vendor: 0x8086, device: 0xd93)

    private static func house(securityManagers: Fact<[String]> = .known([])) throws -> House {
        let house = try House(name: name, securityManagers: { securityManagers })
        house.monitor.identifyMailboxes { function in
            guard function == address else { return [] }
            return [
                MailboxIdentity(
                    name: name, device: .known(device), driver: .known("cxl_pci"), serialNumber: .known(0x1234))
            ]
        }
        return house
    }

    private static func seen(
        _ object: ObjectID?, _ request: [UInt32]? = nil, isWhole: Bool = true, response: [UInt32]? = nil,
        ending: ObservedExchange.Ending = .done, road: Road = .bypass, client: Client = setpci, at time: UInt64 = 0
    ) -> Observation {
        let header = object.map { ObjectHeader(object: $0, lengthInDwords: 3) }
        let dwords = request ?? header.map { [$0.dword0, $0.dword1, object?.isSPDM == true ? 0x8410 : 0] } ?? []
        let exchange = ObservedExchange(
            object: object, request: dwords, isRequestWhole: isWhole, response: response, ending: ending,
            error: ending == .failed ? 5 : 0)
        return Observation(.exchange(exchange, at: name), road: road, client: client, began: time, ended: time + 10)
    }

    /// What is in the ring, in the order of the numbers.
    private static func records(_ house: House) throws -> [Record] {
        house.monitor.finishObservations()
        return try RingReader.read(stateDirectory: house.directory.path).closed
            .sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
    }

    @Test("whatever a program or a thread is called, the message says what is ours to say, and the names behind it")
    func hostileNames() throws {
        var generator = SeededGenerator(seed: 49)
        for _ in 0..<20 {
            let house = try Self.house()
            let address = try #require(Self.address)
            let (name, command) = (generator.hostileName(path: true), generator.hostileName())
            var client = Client(via: .none, pid: .known(467), uid: .known(0), unit: .known("a b.service"))
            client.exeBytes = name
            let text = String(decoding: command, as: UTF8.self)
            house.monitor.observe(
                Observation(
                    .configWrites(count: 1, function: address, offset: 0xc, width: 1, value: 0), road: .bypass,
                    client: client, command: text, began: 1, ended: 2))
            let record = try #require(try Self.records(house).first)
            let line = NaiveLine(record.message)
            let begins = line.take("a write to the config space of \(address) by uid 0 ")
            let exe = line.name()
            let middle = line.take("[467] of \"a b.service\", which called itself ")
            let called = line.name(quote: "'")
            #expect(begins && middle && exe?.isOf(name) == true && called?.isOf(text.utf8) == true, "\(record.message)")
            #expect(line.take(", at 00c, 0x00000000"), "\(record.message)")
        }
    }

    @Test("a discovery by setpci: B, what would have been decided, who, and the bytes' digests")
    func discovery() throws {
        let house = try Self.house()
        let request: [UInt32] = [0x0000_0001, 3, 0]
        let response: [UInt32] = [0x0000_0001, 3, 0x0100_0001]
        house.monitor.observe(Self.seen(.discovery, request, response: response))
        #expect(house.ledger.snapshot.hostLetters == .bypass)
        #expect(house.ledger.snapshot.unacknowledged[.device(Self.device, serial: 0x1234)]?.letters == .bypass)
        let record = try #require(try Self.records(house).first)
        #expect(record.event == .exchangeObserved && record.priority == .critical && record.verdict == .observed)
        #expect(record.road == .bypass && record[.would] == "deny" && record[.rule] == "default")
        #expect(record.objectClass == .kernelExpected && record[.status] == "done" && record.taint == .bypass)
        #expect(record[.clientExe] == "/usr/bin/setpci" && record[.clientPID] == "467" && record[.driver] == "cxl_pci")
        #expect(record[.requestBytes] == "12" && record[.responseBytes] == "12" && record[.count] == "1")
        #expect(record[.requestDigest] == SHA256Digest(of: request.littleEndianBytes).description)
        #expect(record[.responseDigest] == SHA256Digest(of: response.littleEndianBytes).description)
        #expect(record.message.contains("past") || record.message.contains("PAST"))
        #expect(record[.first].flatMap { UInt64($0) } ?? 0 < record[.last].flatMap { UInt64($0) } ?? 0)
    }

    @Test(
        "SPDM of the kernel's raises K where there is no security manager for which it could speak, also a later one",
        arguments: [
            (Fact<[String]>.known([]), Fact<[String]>.known([]), "K"), (.known([]), .known(["tsm0"]), ""),
            (.known([]), .unknown, "K"), (.known(["tsm0"]), .known([]), ""), (.unknown, .known([]), ""),
        ])
    func securityManager(atLoad: Fact<[String]>, now: Fact<[String]>, letters: String) throws {
        let house = try Self.house(securityManagers: now)
        let symbols = ["pci_doe", "pci_tsm_register", "pci_tsm_doe_transfer"]
        let facts = KernelFacts(
            KernelVersion(major: 7, minor: 3), has: symbols.contains,
            hasAny: { start in symbols.contains { $0.hasPrefix(start) } }, securityManagers: atLoad)
        let lines = """
            object 0001:01 published "SPDM" kernel 6.19..
            object 0001:03 published "SPDM with connection id" kernel 9.0..

            """
        house.monitor.takeIntoForce(
            try Policy.load(
                files: [RuleFile(path: "50-test.rules", text: lines + "allow class=kernel-expected road=kernel\n")],
                kernel: facts, resolver: NoAccounts(), generation: 2))
        house.monitor.observe(Self.seen(.spdm, road: .kernel, client: Self.kernel))
        #expect(house.ledger.snapshot.hostLetters.description == letters)
        // What is not the kernel's for a manager's sake stays unexpected.
        house.monitor.observe(Self.seen(.spdmWithConnection, road: .kernel, client: Self.kernel))
        #expect(house.ledger.snapshot.hostLetters == .kernelUnexpected)
    }

    @Test(
        "through VFIO it is loud where nobody knows that a guest does it, the first time of a process",
        arguments: [
            (GuestEvidence.program, ObjectID.discovery, Priority.info), (.missing(isNews: false), .discovery, .info),
            (.missing(isNews: true), .discovery, .warning), (.program, .compliance, .warning),
            (.missing(isNews: true), .compliance, .critical),
        ])
    func throughVFIO(_ guest: GuestEvidence, _ object: ObjectID, _ priority: Priority) throws {
        let house = try Self.house()
        let seen = Self.seen(object, road: .passthrough)
        house.monitor.observe(
            Observation(
                seen.what, road: seen.road, client: seen.client, guest: guest, began: seen.began, ended: seen.ended))
        let record = try #require(try Self.records(house).first)
        #expect(record.priority == priority && record.road == .passthrough && !record.taint.contains(.bypass))
        #expect(record.message.contains("a program of the host's own") == (guest != .program))
    }

    @Test("writes to other registers through VFIO are as loud")
    func otherWritesThroughVFIO() throws {
        let house = try Self.house()
        let function = try #require(Self.address)
        house.monitor.observe(
            Observation(
                .configWrites(count: 1, function: function, offset: 4, width: 2, value: 6), road: .passthrough,
                client: Self.setpci, guest: .missing(isNews: true), began: 0, ended: 1))
        #expect(try Self.records(house).map(\.priority) == [.warning])
    }

    @Test(
        "the letters are those of what was done to the device",
        arguments: [
            (Road.bypass, ObjectID.discovery, true, "B"), (.bypass, ObjectID(vendor: 0x10de, type: 1), true, "VB"),
            (.bypass, ObjectID(vendor: 0x0001, type: 0x7f), true, "UB"), (.bypass, .compliance, true, "CB"),
            (.bypass, .compliance, false, "CB"), (.kernel, .discovery, true, ""), (.kernel, .tableAccess, false, ""),
            (.kernel, ObjectID(vendor: 0x10de, type: 1), false, "VK"), (.kernel, .spdm, true, "UK"),
            (.kernel, ObjectID(vendor: 0x0001, type: 5), true, "K"),
            (.kernel, .compliance, true, "CK"), (.passthrough, .discovery, true, ""),
            (.passthrough, ObjectID(vendor: 0x10de, type: 1), true, "V"), (.passthrough, .compliance, true, "C"),
        ])
    func letters(_ road: Road, _ object: ObjectID, _ isWhole: Bool, _ letters: String) throws {
        let house = try Self.house()
        let client = road == .kernel ? Self.kernel : Self.setpci
        house.monitor.observe(Self.seen(object, isWhole: isWhole, road: road, client: client))
        #expect(house.ledger.snapshot.hostLetters.description == letters)
        #expect(try Self.records(house).first?.taint.description == letters)
    }

    @Test("a malformed request is M where it was sent; one that asks for compliance is C besides")
    func malformed() throws {
        for (request, object, ending, letters): ([UInt32], ObjectID?, ObservedExchange.Ending, String) in [
            ([0x0000_0001, 9], .discovery, .done, "BM"), ([0x0000_1e98, 9, 0], .compliance, .abandoned, "CBM"),
            ([0x0000_0001, 9], .discovery, .unfinished, "B"), ([0x0000_0001], nil, .done, "BM"),
            ([], nil, .aborted, "B"), ([1, 0x2], nil, .unfinished, "B"),
            // Objects that are no request of what they say they are. A reserved bit does not hide whose they are.
            ([0x0000_0001, 4, 0, 0], .discovery, .done, "BM"), ([0x0100_0001, 3, 0], .discovery, .done, "BM"),
            ([0x8001_10de, 3, 0], ObjectID(vendor: 0x10de, type: 1), .done, "VBM"),
            ([0x0001_10de, 0x0004_0003, 0], ObjectID(vendor: 0x10de, type: 1), .unfinished, "VB"),
            ([0x007f_0001, 0x0004_0003, 0], ObjectID(vendor: 1, type: 0x7f), .abandoned, "UBM"),
            ([0x0000_1e98, 4, 0, 0], .compliance, .done, "CB"),
        ] {
            let house = try Self.house()
            house.monitor.observe(Self.seen(object, request, ending: ending))
            #expect(house.ledger.snapshot.hostLetters.description == letters, "\(request) \(ending)")
        }
    }

    @Test("an object that hides a compliance request is C")
    func hidden() throws {
        let house = try Self.house()
        house.monitor.observe(Self.seen(.discovery, [0x0000_0001, 5, 0, 0x0000_1e98, 2]))
        #expect(house.ledger.snapshot.hostLetters.description == "CB")
        #expect(try Self.records(house).first?[.rule] == "gatekeeper")
    }

    @Test("a hundred runs of setpci make a few records, which count all of them")
    func folded() throws {
        let house = try Self.house()
        for number in UInt64(0)..<100 { house.monitor.observe(Self.seen(.discovery, at: 1000 * number)) }
        #expect(house.monitor.nextObservations != nil)
        let records = try Self.records(house)
        #expect(records.count == 2)
        #expect(records.map { $0[.count] } == ["1", "99"])
        #expect(records.map(\.priority) == [.critical, .error])
        #expect(records.last?[.clientPID] == nil && records.last?[.clientExe] == "/usr/bin/setpci")
        #expect(records.last?.message.contains("99 times") == true)
        let (first, last) = (records.last?[.first].flatMap { UInt64($0) }, records.last?[.last].flatMap { UInt64($0) })
        // The clocks are read anew for each.
        #expect(try #require(last) - #require(first) >= 97_000)
        #expect(house.monitor.counters.observed == 100)
    }

    @Test("what the kernel is expected to do is quiet: one record when the window ends, no taint")
    func expected() throws {
        let house = try Self.house()
        for _ in 0..<9 {
            house.monitor.observe(Self.seen(.tableAccess, isWhole: false, road: .kernel, client: Self.kernel))
        }
        #expect(house.trail.status.unconfirmed == 0)
        house.monitor.writeObservations(at: Clocks.monotonicMicroseconds)
        #expect(house.trail.status.unconfirmed == 0)
        house.monitor.writeObservations(at: Clocks.monotonicMicroseconds + KindWindows<Record>.length)
        let record = try #require(try Self.records(house).first)
        #expect(record.priority == .info && record[.count] == "9" && record.taint.isEmpty && record.road == .kernel)
        #expect(record[.clientUID] == nil && record[.requestBytes] == nil)
        #expect(try Self.records(house).count == 1)
    }

    @Test("a new letter is recorded at once, even in the middle of a window")
    func newInWindow() throws {
        let house = try Self.house()
        house.monitor.observe(Self.seen(.discovery))
        house.monitor.observe(Self.seen(ObjectID(vendor: 0x10de, type: 1)))
        #expect(house.trail.status.unconfirmed == 2)
        #expect(try Self.records(house).map(\.priority) == [.critical, .critical])
    }

    @Test("the kernel's failure, and an object that it should not use, are loud; a guest's exchanges are not")
    func loudness() throws {
        let house = try Self.house()
        house.monitor.observe(Self.seen(.tableAccess, ending: .failed, road: .kernel, client: Self.kernel))
        house.monitor.observe(Self.seen(.spdm, road: .kernel, client: Self.kernel))
        house.monitor.observe(Self.seen(.discovery, road: .passthrough, at: 100))
        let records = try Self.records(house)
        #expect(records.map(\.priority) == [.warning, .critical, .info])
        #expect(records.first?.message.contains("error 5") == true)
    }

    @Test("writes to other registers are W on the function's mailboxes, counted together")
    func configWrites() throws {
        let house = try Self.house()
        let function = try #require(Self.address)
        for count in UInt64(1)...3 {
            house.monitor.observe(
                Observation(
                    .configWrites(count: count, function: function, offset: 4, width: 2, value: 6), road: .bypass,
                    client: Self.setpci, began: count, ended: count))
        }
        #expect(house.ledger.snapshot.sinceBoot[.mailbox(Self.name)]?.letters == .configWrite)
        #expect(house.ledger.snapshot.sinceBoot[.function(function)]?.letters == .configWrite)
        let records = try Self.records(house)
        #expect(records.map { $0[.count] } == ["1", "5"])
        #expect(
            records.allSatisfy { $0.event == .configWritten && $0[.mailbox] == nil && $0[.address] == "0000:0d:00.0" })
        #expect(records.map(\.priority) == [.warning, .notice])
    }

    @Test("where no record can be kept the taint stays, the status says it, and what happened is counted later")
    func fullRing() throws {
        let house = try House(.vendorFunction(), name: Self.name, capacity: 8)
        for number in UInt32(0)..<40 {
            house.monitor.observe(Self.seen(ObjectID(vendor: 0x1000 + UInt16(number), type: 1)))
        }
        #expect(house.monitor.counters.unrecordedEvent != nil)
        #expect(house.ledger.snapshot.hostLetters == [.vendor, .bypass])
        let recorded = try RingReader.read(stateDirectory: house.directory.path).closed.count
        let kept = house.monitor.observations.withLock { $0.takeAll().reduce(0) { $0 + $1.count } }
        #expect(UInt64(recorded) + kept == 40)
    }

    @Test("where the letter cannot be kept it shows, is owed on record, and makes no flood")
    func brokenLedger() throws {
        let house = try Self.house()
        try house.breakLedger()
        for _ in 0..<100 { house.monitor.observe(Self.seen(.discovery)) }
        #expect(house.ledger.hostLetters == .bypass && house.ledger.owed.map(\.letters) == [.bypass])
        let all = try Self.records(house)
        #expect(all.map(\.event) == [.ledgerChanged, .taintOwed, .exchangeObserved, .exchangeObserved])
        let records = all.filter { $0.event == .exchangeObserved }
        let record = try #require(records.first)
        #expect(record.taint == .bypass && record.priority == .critical)
        #expect(records.map { $0[.count] } == ["1", "99"])
    }

    @Test("one that met ours makes a collision with both numbers, and a flood of them a few records")
    func collision() throws {
        let house = try Self.house()
        let begin = Clocks.monotonicMicroseconds
        let reply = try house.ask(SimulatedFunction.vendorEcho)
        let end = Clocks.monotonicMicroseconds
        let ours = try #require(reply.sequence)
        for _ in 0..<50 {
            var seen = Self.seen(.discovery)
            seen = Observation(seen.what, road: seen.road, client: seen.client, began: begin, ended: end)
            house.monitor.observe(seen)
        }
        house.monitor.observe(
            Observation(Self.seen(.discovery).what, road: .bypass, client: Self.setpci, began: end + 5, ended: end + 9))
        let records = try Self.records(house)
        let collisions = records.filter { $0.event == .collision }
        #expect(collisions.count == 2 && house.monitor.counters.collisions == 50)
        let first = try #require(collisions.first)
        let observed = try #require(records.first { $0.event == .exchangeObserved })
        #expect(first[.with] == String(ours) && first[.observed] == observed[.sequence])
        #expect(first.priority == .critical && collisions.last?.priority == .error)
        #expect(collisions.last?[.count] == "49")
    }

    @Test("a response left behind, and the kernel's exchange meanwhile: a collision, whoever is told first")
    func stolen() throws {
        for isKernelFirst in [true, false] {
            let house = try Self.house()
            let left = Self.seen(.discovery, ending: .abandoned)
            let leftAtLast = Observation(left.what, road: .bypass, client: Self.setpci, began: 1000, ended: 6000)
            let kernels = Self.seen(.tableAccess, ending: .failed, road: .kernel, client: Self.kernel, at: 3000)
            let later = Self.seen(.tableAccess, road: .kernel, client: Self.kernel, at: 7000)
            for observation in isKernelFirst ? [kernels, leftAtLast, later] : [leftAtLast, kernels, later] {
                house.monitor.observe(observation)
            }
            let records = try Self.records(house)
            let collisions = records.filter { $0.event == .collision }
            let collision = try #require(collisions.first)
            #expect(collisions.count == 1 && house.monitor.counters.collisions == 1)
            #expect(collision.priority == .critical && collision[.mailbox] == "\(Self.name)")
            let numbers = [collision[.with], collision[.observed]]
            let exchanges = records.filter { $0.event == .exchangeObserved }.map { $0[.sequence] }
            #expect(Set(numbers) == Set(exchanges[..<2]))
        }
    }

    @Test("what the kernel did while nobody else was there is no collision, however much it is")
    func noMeeting() throws {
        let house = try Self.house()
        for time in UInt64(1)...200 {
            house.monitor.observe(Self.seen(.tableAccess, road: .kernel, client: Self.kernel, at: time * 100))
        }
        house.monitor.observe(Self.seen(.discovery, at: 50))
        #expect(house.monitor.counters.collisions == 0)
    }
}
