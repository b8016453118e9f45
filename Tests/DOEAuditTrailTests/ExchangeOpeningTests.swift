@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import TestSupport
import Testing

@Suite("What opens an exchange is numbers and names, and a record is made of it when it is needed")
struct ExchangeOpeningTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/ring" }
    private let stamp = EventStamp(boot: String(repeating: "5", count: 32), time: 1_700_000_000_000_000, monotonic: 77)

    private static func fact<Value>(_ random: inout SeededGenerator, _ value: Value) -> Fact<Value> {
        random.pick([.known(value), .known(value), .none, .unknown])
    }

    /// Any exchange; names of any length, as long as they fit their fields.
    private static func opening(_ random: inout SeededGenerator) throws -> ExchangeOpening {
        func name(_ most: Int, _ random: inout SeededGenerator) -> String {
            String(repeating: random.pick(["a", "/", "é", "9"]), count: Int.random(in: 1...most / 2, using: &random))
        }
        let domain: UInt32 = random.pick([0, 0x10000])
        let address = try #require(FunctionAddress(domain: domain, bus: 0xe1, device: 31, function: 7))
        let mailbox = random.pick([
            MailboxName.real(address, offset: 0xfe8), .simulated("cxl"), .remote(String(repeating: "r", count: 64)),
        ])
        // Who comes over TCP has no uid of his own, and nobody else has one of his socket.
        let isTCP = random.once(in: 4)
        var client = Client(
            via: .known(isTCP ? .tcp : .unix), pid: fact(&random, Int32.max),
            uid: isTCP ? .none : random.pick([.known(0), .known(1000), .known(.max), .unknown]),
            tcpUID: isTCP ? fact(&random, 5) : .none, loginUID: isTCP ? .none : fact(&random, 1001),
            session: fact(&random, 3))
        client.exe = fact(&random, name(1024, &random))
        client.unit = isTCP ? .none : fact(&random, name(1024, &random))
        client.container = fact(&random, name(128, &random))
        client.parent = fact(&random, name(128, &random))
        let identity = MailboxIdentity(
            name: mailbox, device: fact(&random, PCIDeviceID(vendor: 0x8086, device: 0x0d93)),
            driver: fact(&random, "cxl_pci"), serialNumber: fact(&random, UInt64.max - 5))
        var opening = ExchangeOpening(
            random.pick([.exchangeAllowed, .exchangeWarned, .exchangeRefused, .malformedRequest]),
            priority: random.pick([.info, .error, .critical]), mailbox: identity, client: client,
            object: random.pick([nil, ObjectID(vendor: 0, type: 0), .tableAccess]), objectName: name(128, &random),
            objectClass: random.pick(ObjectClass.allCases), requestBytes: random.pick([0, 12, 1 << 20]),
            requestDigest: SHA256Digest(of: random.bytes(3)), verdict: random.pick([.allow, .warn, .deny]),
            rule: name(320, &random), policy: (random.next(), SHA256Digest(of: random.bytes(3))),
            mode: random.pick(Mode.allCases))
        opening.would = random.pick([nil, .deny, .allow])
        opening.isCopied = random.once(in: 3)
        opening.taint = random.pick([[], [.vendor, .abort]])
        opening.spdm = random.pick([nil, "GET_VERSION"])
        opening.compliance = random.pick([nil, "inject link poison"])
        opening.lease = random.pick([nil, "00000000000000ff"])
        return opening
    }

    /// Groups and the class code stand in no record.
    private func asRecorded(_ opening: ExchangeOpening) -> ExchangeOpening {
        var opening = opening
        opening.client.groups = .unknown
        opening.mailbox.pciClass = .none
        return opening
    }

    @Test("every fact comes back, whether it is known, none or unknown", arguments: 0..<40 as Range<UInt64>)
    func comesBack(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let opening = asRecorded(try Self.opening(&random))
            let bytes = opening.bytes(stamp)
            #expect(bytes.count <= RingLayout.capacity)
            #expect(ExchangeOpening(bytes: bytes) == opening)
            let record = try #require(ExchangeOpening.record(of: bytes))
            #expect(EventStamp(of: record) == stamp)
            #expect(record.mailbox == opening.mailbox.name && record.taint == opening.taint)
            #expect(RecordOwner(of: record) == .holder(AccountHolder(of: opening.client)))
            #expect(try Record(encoded: record.encoded) == record)
        }
    }

    @Test("a name that is too long for its field comes back as a record clips it, with the mark that it was cut")
    func longNames() throws {
        var random = SeededGenerator(seed: 48)
        var opening = try Self.opening(&random)
        let path = "/" + String(repeating: "é", count: 2_000)
        (opening.client.exe, opening.rule) = (.known(path), String(repeating: "r", count: 400) + ".rules:1")
        let record = try #require(ExchangeOpening.record(of: opening.bytes(stamp)))
        #expect(record[.clientExe]?.hasSuffix("[cut, 4001 bytes]") == true)
        #expect(record[.rule]?.hasSuffix("[cut, 408 bytes]") == true)
        #expect(record[.clientExe] == opening.record[.clientExe] && record[.rule] == opening.record[.rule])
    }

    @Test("bytes that are none, or that end anywhere, are no exchange and no trap")
    func anyBytes() throws {
        var random = SeededGenerator(seed: 4)
        let whole = try Self.opening(&random).bytes(stamp)
        for length in 0..<whole.count { #expect(ExchangeOpening(bytes: Array(whole.prefix(length))) == nil) }
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.pick([0, 1, 0x80, 0xff]) }
            _ = ExchangeOpening(bytes: bytes)?.record
            _ = ExchangeOpening(bytes: random.tameBytes(Int.random(in: 0..<600, using: &random)))
        }
    }

    @Test("a daemon that is killed leaves it, and the next one has its record with all that was known")
    func killed() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<10 {
            let opening = try Self.opening(&random)
            do {
                let (core, _) = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8))
                _ = try core.open(opening, durability: .memory)
            }
            let reading = try RingReader.read(stateDirectory: directory.path)
            #expect(reading.open.map { $0[.requestDigest] } == [opening.requestDigest.description])
            let (core, recovery) = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8))
            #expect(recovery.lost == [])
            let left = core.state.withLock { $0.interrupted }
            let record = try #require(left.first?.record)
            #expect(left.count == 1 && record[.rule] == opening.rule && record.object == opening.object)
            #expect(record.mailbox == opening.mailbox.name && record.verdict == opening.verdict)
            #expect(left[0].open.owner == .holder(AccountHolder(of: opening.client)))
            for found in left { _ = try core.close(found.record.interrupted(.aborted), found.open) }
            for slot in 0..<8 { try core.ring.free(slot: slot) }
        }
    }

    @Test("one that is torn or changed anywhere is told")
    func torn() throws {
        var random = SeededGenerator(seed: 15)
        let opening = try Self.opening(&random)
        do {
            let (core, _) = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8))
            _ = try core.open(opening, durability: .memory)
        }
        let whole = try WholeFile.read(path, limit: 1 << 20)
        let slot = try #require((0..<8).first { whole[RingLayout.offset(ofSlot: $0)] != 0 })
        let start = RingLayout.offset(ofSlot: slot)
        let content = start + RingLayout.openingBytes
        let header = start..<start + RingLayout.halfHeaderSize
        for place in Array(header) + Array(stride(from: content, to: content + opening.bytes(stamp).count, by: 7)) {
            var bytes = whole
            bytes[place] ^= 1 << 3
            try WholeFile.write(bytes, to: path, mode: 0o600)
            let recovery = try TrailCore.recover(path: path, TrailCore.Options(slotCount: 8)).1
            #expect(recovery.isLoss && recovery.lost == ["slot \(slot): the record in it is damaged"], "byte \(place)")
        }
    }

    @Test("what the daemon forgets is closed as a failure")
    func forgotten() throws {
        let journald = FakeJournald(path: directory.path + "/socket")
        let trail = try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(
                socket: directory.path + "/socket", source: .directory(directory.path + "/no-journal")),
            options: TrailCore.Options(slotCount: 16, delayLimit: .max))
        var random = SeededGenerator(seed: 1)
        let opening = try Self.opening(&random)
        do { _ = try trail.open(opening, durability: .disk) }
        let record = try Record(encoded: try #require(journald.next()))
        #expect(record.event == .exchangeFailed && record[.status] == "forgotten")
        #expect(record.mailbox == opening.mailbox.name && record[.rule] == opening.rule)
    }
}
