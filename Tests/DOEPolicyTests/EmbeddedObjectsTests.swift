import DOEObjects
import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

/// What may not be sent by itself may not be sent inside of something else.
@Suite struct EmbeddedObjectsTests {
    private static let rules = """
        object 0001:* published "PCI-SIG"
        object abcd:07 compliance "ours"
        allow object={0001:00,1e98:02} uid=1000 ask-device
        allow object={0001:00,1e98:02}
        allow object=0001:{01,02,03,04} uid=1000
        allow object=10de:01 uid=1000
        warn object=10de:{02,03} uid=1000
        warn object=8086:01 uid=1000 taint A

        """

    private func judge(_ rules: String = rules, _ enforcement: Enforcement = .enforcing) throws -> Judge {
        Judge(try policy(rules), enforcement: enforcement)
    }

    /// A request of `object` with another request at its end.
    private func asking(
        _ object: String, hiding tail: String, payload: [UInt8] = [], before: [UInt8] = [0x12, 0xe0, 1, 0xff],
        mode: Mode = .production, via: Fact<Client.Transport> = .known(.unix)
    ) throws -> Inquiry {
        let inner = try DataObject(try #require(ObjectID(tail)), payload: payload)
        return try request(
            object, payload: before + inner.bytes,
            client: via == .known(.unix) ? client() : client(uid: .none, via: via), mode: mode)
    }

    @Test(arguments: ["0001:01", "0001:03", "10de:01", "10de:02"])
    func `a denied object at the end of an allowed one is refused`(object: String) throws {
        let asked = try asking(object, hiding: "1234:01")
        let decision = try judge().decide(asked)
        #expect(decision.verdict == .deny && decision.decidedBy == "gatekeeper" && decision.taint == .malformed)
        #expect(
            decision.sentence
                == "refused by the gatekeeper: dword 3 of the request reads as a header of 1234:01, which a desynchronised "
                + "mailbox could execute, and by itself that is refused: no rule allows 1234:01 (vendor-specific object): "
                + "default deny")
        // One dword more or less than is left, and it is none.
        let shorter = try request(object, payload: [0x12, 0xe0, 1, 0xff, 0x34, 0x12, 1, 0, 3, 0, 0, 0])
        #expect(try judge().decide(shorter).verdict != .deny)
    }

    @Test func `what the client may send may stand at the end, where it raises nothing more`() throws {
        let judge = try judge()
        #expect(try judge.decide(asking("10de:01", hiding: "10de:01")).verdict == .allow)
        #expect(try judge.decide(asking("10de:02", hiding: "10de:03")).verdict == .warn)
        #expect(try judge.decide(asking("10de:01", hiding: "0001:00", payload: [0, 2, 0, 0])).verdict == .allow)
        let louder = try judge.decide(asking("10de:01", hiding: "10de:02"))
        #expect(louder.verdict == .deny && louder.sentence.contains("would raise the taint V"))
        #expect(try judge.decide(asking("10de:02", hiding: "8086:01")).sentence.contains("would raise the taint A"))
    }

    @Test func `what is answered from a copy does not come to the device inside of something else`() throws {
        let readings: [(String, [UInt8])] = [("0001:00", [0, 0, 0, 0]), ("1e98:02", [0, 0, 0, 0])]
        let (open, copied) = (
            try judge(), try judge(Self.rules.replacing("uid=1000 ask-device", with: "uid=7 ask-device"))
        )
        for (object, payload) in readings {
            #expect(try copied.decide(request(object, payload: payload)).verdict == .allow)
            for outer in ["10de:01", "10de:02", "0001:01"] {
                let asked = try asking(outer, hiding: object, payload: payload)
                #expect(open.decide(asked).verdict != .deny)
                let decision = copied.decide(asked)
                #expect(decision.verdict == .deny && decision.taint == .malformed, "\(object) in \(outer)")
                #expect(decision.sentence.contains("reads as a header of \(object)"))
                #expect(decision.sentence.contains("no rule lets this client ask the device"))
                // Nobody is answered from a copy on another road.
                var seen = asked
                seen.road = .kernel
                #expect(copied.decide(seen).verdict != .deny)
            }
        }
    }

    @Test func `what is malformed, or hides nothing but a header, may not`() throws {
        let judge = try judge()
        for payload in [[], [0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            let decision = try judge.decide(asking("10de:01", hiding: "0001:00", payload: payload))
            #expect(decision.verdict == .deny && decision.sentence.contains("malformed"), "\(payload)")
        }
    }

    @Test func `a counter behind the length is no header, but of who made the device or of PCI-SIG`() throws {
        let judge = try judge()
        func decide(_ length: Int, device: UInt16? = 0x8086) throws -> Decision {
            let payload = UInt32(length - 1).littleEndianBytes + [UInt8](repeating: 0, count: 4 * (length - 3))
            var asked = try request("10de:01", payload: payload)
            asked.mailbox.device = device.map { .known(PCIDeviceID(vendor: $0, device: 1)) } ?? .none
            return judge.decide(asked)
        }
        for length in 3...0xff { #expect(try decide(length).verdict == .allow, "\(length)") }
        for length in [0x0100, 0x10de, 0x1_0001, 0x1_0006] {
            #expect(try (decide(length).verdict == .deny) == (length != 0x1_0006), "\(length)")
        }
        #expect(try decide(0x14, device: 0x14).sentence.contains("dword 1 of the request reads as a header of 0014:00"))
        #expect(try decide(6, device: nil).verdict == .deny)
    }

    @Test func `SPDM comes to a device in objects of its own`() throws {
        let judge = try judge()
        let getVersion: [UInt8] = [0x10, 0x84, 0, 0]
        let decision = try judge.decide(asking("10de:01", hiding: "0001:01", payload: getVersion))
        #expect(decision.verdict == .deny && decision.sentence.contains("SPDM, which has one owner"))
        #expect(try judge.decide(asking("0001:01", hiding: "0001:01", payload: getVersion)).verdict == .allow)
        #expect(try judge.decide(asking("0001:03", hiding: "0001:01", payload: getVersion)).verdict == .allow)
    }

    @Test func `what an object line calls compliance is an attempt there too`() throws {
        let decision = try judge().decide(asking("10de:01", hiding: "abcd:07"))
        #expect(decision.verdict == .deny && decision.taint == [.malformed, .complianceAttempted])
        var leased = try asking("10de:01", hiding: "abcd:07", mode: .bringUp)
        leased.lease = LeaseSample.own.standing
        let open = try judge(Self.rules + "allow class=compliance mode=bring-up\n").decide(leased)
        #expect(open.verdict == .deny && open.sentence.contains("would raise the taint X"))
    }

    @Test func `permissive passes nothing inside of something else that the policy refuses`() throws {
        let judge = try judge(Self.rules, .permissive)
        #expect(try judge.decide(request("1234:01")).verdict == .warn)
        for object in ["10de:01", "1234:02"] {
            let decision = try judge.decide(asking(object, hiding: "1234:01"))
            #expect(decision.verdict == .deny && decision.would == nil && decision.decidedBy == "gatekeeper")
        }
    }

    @Test func `so many that each cannot be judged are refused as such`() throws {
        let judge = try judge()
        for count in 1...8 {
            var payload: [UInt8] = []
            for index in 0..<count {
                payload += UInt32(0x0001_10de).littleEndianBytes + UInt32(2 * (count - index)).littleEndianBytes
            }
            let decision = judge.decide(try request("10de:01", payload: payload))
            #expect((decision.verdict == .allow) == (count <= EmbeddedHeaders.kept), "\(count)")
        }
        var payload: [UInt8] = []
        for left in stride(from: 131_070, to: 0, by: -2) as StrideTo<Int> {
            payload += UInt32(0x0001_10de).littleEndianBytes + UInt32(left).littleEndianBytes
        }
        let decision = judge.decide(try request("10de:01", payload: payload))
        #expect(decision.sentence.contains("more than 4 dwords of the request, from dword 2 on"))
    }

    /// An object passes where a naive judge passes it, and each of its tails by itself.
    @Test func `an object passes only if each of its tails would pass alone`() throws {
        var generator = SeededGenerator(seed: 22)
        let judge = try judge()
        let ids: [UInt32] = [
            0x0001_10de, 0x0002_10de, 0x0003_10de, 0x0001_1234, 0x0000_0001, 0x0002_1e98, 0x0001_0001, 0x0000_1e98,
            0x0007_abcd, 0x0001_8086,
        ]
        var passed = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 2...9, using: &generator)
            var dwords = [generator.pick(ids), UInt32(count)]
            while dwords.count < count {
                switch Int.random(in: 0...3, using: &generator) {
                case 0: dwords.append(generator.pick(ids))
                case 1: dwords.append(UInt32(count - dwords.count + 1))
                default: dwords.append(generator.pick([0, 0x8410, 0x0200]))
                }
            }
            let decision = judge.decide(try Self.inquiry(dwords))
            let expected = try Self.mayPass(dwords, judge)
            try #require((decision.verdict != .deny) == expected, "\(dwords): \(decision.sentence)")
            passed += expected ? 1 : 0
        }
        #expect((500..<19_500).contains(passed), "\(passed)")
    }

    private static func inquiry(_ dwords: [UInt32]) throws -> Inquiry {
        Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production,
            request: try DataObject(bytes: dwords.littleEndianBytes))
    }

    /// By what the rules above say, read by hand.
    private static func mayPass(_ dwords: [UInt32], _ judge: Judge) throws -> Bool {
        guard let letters = alone(dwords) else { return false }
        var tails = 0
        for index in 1..<dwords.count where index + 1 < dwords.count {
            let (first, second) = (dwords[index], dwords[index + 1])
            let left = dwords.count - index
            if first == 0x1e98 {
                // Exactly the rest, or a whole published request.
                let published: [UInt32] = [3, 3, 3, 17, 12, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
                let code = index + 2 < dwords.count ? Int(dwords[index + 2] & 0xff) : 0xff
                if second == left { return false }
                if code < published.count, published[code] == second, second <= left { return false }
                // The objects here are too short for bogus writes' other length.
                if (16...18).contains(code), second >= 3, second <= left { return false }
                continue
            }
            // Vendor 0000 is nobody; discovery and CDAT are not long.
            guard second == left, first & 0xffff != 0, ![0x0000_0001, 0x0002_1e98].contains(dwords[0]) else { continue }
            tails += 1
            // Its own length, which reads as a vendor below 0100.
            if index == 1, first & 0xffff != 0x0001 { continue }
            guard let more = alone(Array(dwords[index...])), more.allSatisfy(letters.contains) else { return false }
            if first == 0x0001_0001, dwords[0] != 0x0001_0001 { return false }
        }
        return tails <= 4
    }

    /// The letters with which it passes by itself; `nil` where it does not.
    private static func alone(_ dwords: [UInt32]) -> String? {
        let third = dwords.count > 2 ? dwords[2] : nil
        switch dwords[0] {
        case 0x0001_10de: return ""
        case 0x0002_10de, 0x0003_10de: return "V"
        case 0x0001_8086: return "VA"
        case 0x0000_0001: return dwords.count == 3 && (third ?? 1) & 0xffff_fd00 == 0 ? "" : nil
        case 0x0002_1e98: return dwords.count == 3 && (third ?? 1) & 0xffff == 0 ? "" : nil
        case 0x0001_0001: return third.map { $0 & 0x80f0 == 0x8010 } == true ? "" : nil
        default: return nil
        }
    }
}
