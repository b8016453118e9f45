import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct ShapeTests {
    private func shipped(_ enforcement: Enforcement = .enforcing) throws -> Judge {
        Judge(try policy(try ProjectFile.text("rules/90-doe-audit.rules")), enforcement: enforcement)
    }

    private func hasPermit(_ judge: Judge, _ inquiry: Inquiry) -> Bool {
        var judgement = judge.judge(inquiry) { Circumstances(mode: inquiry.mode, lease: inquiry.lease) }
        return judgement.takePermit() != nil
    }

    /// An object of so many dwords, at every even one the header of another that ends where it ends.
    private static func filled(_ object: ObjectID, with inner: ObjectID, dwords: Int) throws -> DataObject {
        let payload = stride(from: 2, to: dwords, by: 2).flatMap { index -> [UInt8] in
            ObjectHeader(object: inner, lengthInDwords: dwords - index).dword0.littleEndianBytes
                + UInt32(dwords - index).littleEndianBytes
        }
        return try DataObject(object, payload: payload)
    }

    @Test(arguments: ["0001:00", "1e98:02"])
    func `a Discovery of 128 KiB that is full of a vendor's requests is malformed, for everybody`(object: String) throws
    {
        let id = try #require(ObjectID(object))
        let attack = try Self.filled(id, with: ObjectID(vendor: 0x10de, type: 2), dwords: 32_768)
        for uid in [0, 1000] as [UInt32] {
            for mode in Mode.allCases {
                for enforcement in Enforcement.allCases {
                    let asked = Inquiry(
                        road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(uid)), mode: mode, request: attack
                    )
                    let judge = try shipped(enforcement)
                    let decision = judge.decide(asked)
                    #expect(decision.verdict == .deny && decision.would == nil && decision.objectClass == .malformed)
                    #expect(decision.taint == .malformed && decision.decidedBy == "gatekeeper")
                    #expect(
                        decision.sentence
                            == "refused by the gatekeeper: malformed: byte 4: expected a length of 3 dwords, found 32768"
                    )
                    #expect(!hasPermit(judge, asked))
                }
            }
        }
    }

    @Test func `every Discovery and every CDAT read that there is passes, for everybody`() throws {
        let judge = try shipped()
        func verdict(_ request: DataObject) -> Verdict {
            judge.decide(
                Inquiry(road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production, request: request)
            ).verdict
        }
        for index in 0...255 as ClosedRange<UInt8> {
            for version in [0, 2] as [UInt8] {
                #expect(verdict(DiscoveryRequest(index: index, version: version).dataObject) == .allow, "\(index)")
            }
        }
        for handle in stride(from: 0, through: UInt16.max, by: 3) {
            #expect(verdict(TableAccessRequest(entryHandle: handle).dataObject) == .allow, "\(handle)")
        }
    }

    @Test(arguments: Road.allCases, Enforcement.allCases)
    func `what does not fit is malformed on every road, whatever rules say`(road: Road, enforcement: Enforcement) throws
    {
        let judge = Judge(
            try policy(
                """
                object 0001:* published "SPDM"
                object * vendor "anybody's"
                allow road={proxy,kernel,bypass,passthrough} mode=* class=*
                """), enforcement: enforcement)
        let misshapes: [(String, [UInt8], Int)] = [
            ("0001:00", [0, 1, 0, 0], 9), ("0001:00", [0, 0, 0, 1], 11), ("0001:00", [], 4),
            ("1e98:02", [1, 0, 0, 0], 8), ("1e98:02", [0, 1, 0, 0], 9), ("0001:01", [], 4),
            ("0001:01", [0x22, 0x84, 0, 0], 8), ("0001:03", [0x10, 0x04, 0, 0], 9), ("0001:02", [1, 2, 3, 4], 4),
            ("0001:04", [1, 0, 0, 0, 3, 0, 0, 0], 12),
        ]
        for (object, payload, offset) in misshapes {
            let asked = try request(object, payload: payload, road: road)
            let decision = judge.decide(asked)
            #expect(decision.verdict == .deny && decision.objectClass == .malformed && decision.taint == .malformed)
            #expect(decision.sentence.contains("malformed: byte \(offset): expected"), "\(decision.sentence)")
            #expect(judge.explain(asked) == Explanation(decision: decision, candidates: []))
            #expect(!hasPermit(judge, asked))
        }
        let plain = try request("abcd:07", road: road)
        #expect(judge.decide(plain).verdict == .allow)
        var bytes = try #require(plain.request?.bytes)
        for (offset, bit) in [(3, 0x01), (6, 0x04), (7, 0x80)] as [(Int, UInt8)] {
            bytes[offset] ^= bit
            var asked = plain
            asked.request = try DataObject(bytes: bytes)
            #expect(judge.decide(asked).objectClass == .malformed, "byte \(offset)")
            bytes[offset] ^= bit
        }
    }

    @Test(arguments: Mode.allCases)
    func `a compliance object of any shape is an attempt, before it is malformed`(mode: Mode) throws {
        let judge = Judge(try policy("allow mode=* class=*"))
        for payload in [[], [0, 0, 0, 1], [6, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            let decision = judge.decide(try request("1e98:00", payload: payload, mode: mode))
            #expect(decision.verdict == .deny && decision.taint == .complianceAttempted)
            #expect(decision.objectClass == .compliance && decision.sentence.contains("is a compliance object"))
        }
        // Inside of what is malformed too; and where the bytes are no object at all.
        let filled = try Self.filled(.discovery, with: .compliance, dwords: 1024)
        let asked = Inquiry(road: .proxy, mailbox: cxlMailbox, client: client(), mode: mode, request: filled)
        #expect(judge.decide(asked).taint == .complianceAttempted)
        let broken = judge.refuse(malformed: "byte 13: expected whole dwords", object: .compliance).decision
        #expect(broken.taint == [.malformed, .complianceAttempted] && broken.objectClass == .compliance)
        #expect(judge.refuse(malformed: "too short", object: .discovery).decision.taint == .malformed)
    }

    @Test func `under a lease a compliance request has its published length`() throws {
        let judge = Judge(try policy("allow object=1e98:00 mode=bring-up"))
        func decide(_ payload: [UInt8]) throws -> Decision {
            var asked = try request("1e98:00", payload: payload, mode: .bringUp)
            asked.lease = LeaseSample.own.standing
            return judge.decide(asked)
        }
        // Protocol 2 reads as the length of an object of vendor 0006, and means what is published.
        #expect(try decide([6, 0, 0, 0, 2, 0, 0, 0]).verdict == .allow)
        for payload in [[], [6, 0, 0, 0], [6, 0, 1, 0, 2, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            let decision = try decide(payload)
            #expect(decision.verdict == .deny && decision.objectClass == .malformed)
            #expect(decision.taint == [.malformed, .complianceAttempted] && decision.lease != nil)
        }
        // LSA poison has five dwords, device health injection seven.
        for (code, dwords) in [(0x11, 5), (0x12, 7)] as [(UInt8, Int)] {
            for count in 3...8 {
                let decision = try decide([code] + Array(repeating: 0, count: (count - 2) * 4 - 1))
                #expect((decision.verdict == .allow) == (count == dwords), "code \(code), \(count) dwords")
            }
        }
        // Nobody has published what these look like.
        for code in [0x13, 0x2a, 0xff] as [UInt8] {
            #expect(try decide([code, 1, 0, 0, 9, 9, 9, 9]).verdict == .allow)
        }
    }

    @Test func `an object line states a length, which the object of its line has to have`() throws {
        let judge = Judge(
            try policy(
                """
                object 10de:* vendor "any" dwords 2..
                object 10de:01 vendor "one" dwords 3..4
                object 10de:02 vendor "two" dwords 2
                object abcd:* compliance "ours" dwords 4
                allow class=*
                """))
        func decide(_ object: String, _ dwords: Int) throws -> Decision {
            judge.decide(try request(object, payload: Array(repeating: 0, count: (dwords - 2) * 4)))
        }
        for dwords in 2...6 {
            #expect(try (decide("10de:01", dwords).verdict == .allow) == (3...4).contains(dwords), "\(dwords)")
            #expect(try (decide("10de:02", dwords).verdict == .allow) == (dwords == 2), "\(dwords)")
            #expect(try decide("10de:03", dwords).verdict == .allow)
            #expect(try decide("8086:01", dwords).verdict == .allow)
            #expect(try decide("abcd:01", dwords).taint == .complianceAttempted)
        }
        let decision = try decide("10de:01", 6)
        #expect(
            decision.sentence
                == "refused by object line t.rules:2: malformed: byte 4: expected a length of 3 to 4 dwords, found 6")
        #expect(decision.decidedBy == "t.rules:2" && decision.rule?.line == 2 && decision.objectName == "one")
        #expect(decision.objectClass == .malformed && decision.taint == .malformed)
        // Of an object alone nobody knows how long it is.
        #expect(judge.decide(try inquiry("10de:01")).verdict == .allow)
    }

    @Test func `permissive passes nothing of a length that is not the stated one`() throws {
        let judge = Judge(
            try policy("object 10de:01 vendor \"one\" dwords 3\ndeny class=vendor"), enforcement: .permissive)
        #expect(judge.decide(try request("10de:01", payload: [0, 0, 0, 0])).verdict == .warn)
        #expect(judge.decide(try request("10de:01")).verdict == .deny)
    }

    @Test func `a stated length is spelt in one way`() throws {
        let forms = [("3..3", "3"), ("3", "3"), ("2..262144", "2.."), ("3..4", "3..4"), ("262144", "262144")]
        for (written, canonical) in forms {
            let file = RuleFile(path: "t.rules", text: "object 10de:01 vendor \"x\" dwords \(written)\n")
            #expect(try file.canonicalText() == "object 10de:01 vendor \"x\" dwords \(canonical)\n")
        }
        let file = RuleFile(path: "t.rules", text: "object 1e98:02 published \"x\" dwords 3 kernel 6.0..\n")
        #expect(try file.canonicalText() == "object 1e98:02 published \"x\" kernel 6.0.. dwords 3\n")
    }

    @Test func `a recorded length is judged as the request's would be`() throws {
        let judge = Judge(try policy("object 10de:01 vendor \"one\" dwords 3..4\nallow class=*"))
        func decide(_ object: String, _ dwords: Int?, _ name: String? = nil) throws -> Decision? {
            let recorded = RecordedInquiry(
                road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production,
                object: try #require(ObjectID(object)), requestName: name, dwords: dwords)
            return judge.judgeAnew(recorded).decision
        }
        #expect(try decide("10de:01", 3)?.verdict == .allow && decide("10de:01", nil)?.verdict == .allow)
        #expect(try decide("10de:01", 5)?.objectClass == .malformed)
        #expect(try decide("0001:00", 3)?.verdict == .allow)
        #expect(try decide("0001:00", 32_768)?.objectClass == .malformed)
        #expect(try decide("0001:02", 3, "opaque")?.objectClass == .malformed)
    }
}
