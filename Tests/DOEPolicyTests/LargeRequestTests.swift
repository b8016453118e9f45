import DOEObjects
import DOEWords
import TestSupport
import Testing

@testable import DOEPolicy

/// SPDM 1.4's large vendor-defined requests: which layout a device reads cannot be told, so a rule lets one pass only
/// where both ways of reading it pass.
@Suite struct LargeRequestTests {
    private static let objects = """
        object 0001:01 published "CMA/SPDM" kernel 6.19..
        object 0001:03 published "CMA/SPDM with connection id"

        """

    private func asked(_ sample: RequestSample) throws -> Inquiry {
        Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(0)), mode: .production,
            request: try sample.request)
    }

    private func decide(_ rules: String, _ sample: RequestSample) throws -> Decision {
        Judge(try policy(Self.objects + rules)).decide(try asked(sample))
    }

    @Test func `a rule for a published protocol matches a requester of SPDM 1-4`() throws {
        let lock = RequestSample.large[0]
        for rule in ["TDISP", "TDISP.LOCK_INTERFACE_REQUEST", "PCI-SIG.0001"] {
            let decision = try decide("allow spdm=\(rule)", lock)
            #expect(decision.verdict == .allow && decision.objectClass == .published)
            #expect(decision.objectName == "CMA/SPDM with connection id carrying TDISP")
        }
        #expect(try decide("deny spdm=TDISP.LOCK_INTERFACE_REQUEST\nallow", lock).decidedBy == "t.rules:3")
        #expect(try decide("allow spdm=TDISP.GET_TDISP_VERSION", lock).reason == .defaultDeny)
    }

    @Test func `a harmless question that is KEY_PROG to who reads it otherwise passes by no rule for the question`()
        throws
    {
        let two = RequestSample.large[4]
        #expect(try decide("allow spdm=TDISP", two).reason == .defaultDeny)
        #expect(try decide("allow spdm=IDE_KM", two).reason == .defaultDeny)
        #expect(try decide("allow spdm=TDISP\nallow spdm=IDE_KM", two).verdict == .allow)
        #expect(try decide("allow spdm=TDISP\nwarn spdm=IDE_KM", two).decidedBy == "t.rules:4")
        #expect(try decide("deny spdm=IDE_KM.KEY_PROG\nallow object=0001:01", two).decidedBy == "t.rules:3")
        #expect(try decide("allow object=0001:01", two).objectName == "CMA/SPDM carrying TDISP or IDE_KM")
    }

    @Test func `the more alarming class is recorded, and the letters of both are raised`() throws {
        let two = RequestSample.large[3]
        let decision = try decide("warn object=0001:01", two)
        #expect(decision.objectClass == .unknown && decision.taint == .unknownObject)
        // What nobody published is one of the two: a rule for published objects alone does not do.
        #expect(try decide("allow class=published", two).reason == .defaultDeny)
    }

    @Test func `what cannot be read in both ways is refused before any rule`() throws {
        let unread = RequestSample.large[5]
        let decision = try decide("allow object=0001:01", unread)
        #expect(decision.decidedBy == "gatekeeper" && decision.objectClass == .malformed)
        #expect(decision.taint == .malformed)
        #expect(decision.sentence.contains("with and without its large layout"), "\(decision.sentence)")
    }

    @Test func `an explanation is about the way of reading that decided`() throws {
        let judge = Judge(try policy(Self.objects + "allow spdm=TDISP"))
        let explanation = judge.explain(try asked(RequestSample.large[4]))
        #expect(
            explanation.candidates.map(\.sentence) == [
                "t.rules:3: spdm is VENDOR_DEFINED_REQUEST PCI-SIG.0001 IDE_KM IDE_KM.KEY_PROG, the rule wants TDISP"
            ])
        #expect(
            try asked(RequestSample.large[4]).requestNames == [
                "VENDOR_DEFINED_REQUEST", "PCI-SIG.0001", "TDISP", "TDISP.GET_TDISP_VERSION", "IDE_KM",
                "IDE_KM.KEY_PROG",
            ])
    }

    /// Names and classes by a table of its own, from vendor, protocol and message.
    private static func reading(_ vendor: UInt16, _ payload: [UInt8]) -> RequestSample.Reading {
        let body = "PCI-SIG.\(["0001", "1e98", "10de"][[0x0001, 0x1e98, 0x10de].firstIndex(of: vendor) ?? 0])"
        let protocols: [UInt16: [String]] = [0x0001: ["IDE_KM", "TDISP"], 0x1e98: ["CXL-IDE_KM", "CXL-TSP"]]
        let messages: [String: [UInt8: String]] = [
            "IDE_KM": [0: "QUERY", 2: "KEY_PROG", 4: "K_SET_GO", 5: "K_SET_STOP"],
            "CXL-IDE_KM": [0: "QUERY", 2: "KEY_PROG", 4: "K_SET_GO", 5: "K_SET_STOP", 7: "GET_KEY"],
            "TDISP": [0x81: "GET_TDISP_VERSION", 0x83: "LOCK_INTERFACE_REQUEST"],
            "CXL-TSP": [0x81: "GET_TARGET_TSP_VERSION", 0x83: "SET_TARGET_CONFIGURATION"],
        ]
        guard let known = protocols[vendor] else { return .init(spdm: [body], inside: .vendor) }
        guard let number = payload.first, number < 2 else { return .init(spdm: [body], inside: .unknown) }
        let name = known[Int(number)]
        let place = number == 0 ? 1 : 2
        guard payload.count > place else { return .init(spdm: [body, name], inside: nil) }
        let code = payload[place]
        let digits = (code < 16 ? "0" : "") + String(code, radix: 16)
        return .init(spdm: [body, name, "\(name).\(messages[name]?[code] ?? "0x\(digits)")"], inside: nil)
    }

    /// A message whose large length has these two bytes at its start, and what follows.
    private static func sample(_ generator: inout SeededGenerator) -> RequestSample {
        let vendor: UInt16 = generator.pick([0x0001, 0x1e98, 0x10de])
        let length = Int(generator.pick([0, 1, 2]) as UInt8) + Int(generator.pick([0, 2, 4, 5, 7]) as UInt8) * 256
        let head: [UInt8] = [
            generator.pick([0, 1, 2]), generator.pick([0, 2, 0x10]), generator.pick([0x81, 0x83, 0x90]),
        ]
        let payload = Array((head + [UInt8](repeating: 0, count: max(0, length - 3))).prefix(length))
        let vendorBytes = [UInt8(vendor & 0xff), UInt8(vendor >> 8)]
        // What the small layout reads: the length's own bytes, then the payload.
        let small = min(generator.pick([0, 1, 2, 3, 4, 6]) as UInt16, UInt16(4 + payload.count))
        let behind = (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + payload + [0, 0, 0]
        let large = reading(vendor, payload)
        let other = reading(vendor, Array(behind.prefix(Int(small))))
        return RequestSample.large(
            vendorBytes, payload, small: small, spdm: large.spdm, inside: large.inside,
            other: small == 0 && vendor != 0x10de ? nil : other)
    }

    @Test func `random pairs of readings are judged as a naive first-match evaluator judges each`() throws {
        let conditions = [
            "", "spdm=TDISP", "spdm=IDE_KM.*", "spdm=*.KEY_PROG", "spdm!=TDISP", "spdm=PCI-SIG.0001", "class=published",
            "class=vendor", "class=unknown", "class!=published", "spdm={CXL-TSP,CXL-IDE_KM}", "spdm=*.0x0?",
        ]
        let seed: UInt64 = 51
        var generator = SeededGenerator(seed: seed)
        var (differing, passed) = (0, 0)
        for round in 0..<NaiveComparisonTests.rounds * 4 {
            let rules = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                NaiveRule.parsed(
                    generator.pick([.allow, .warn, .deny, .allow]), generator.pick(conditions),
                    taint: generator.pick(["", "A", "W"]))
            }
            let text = Self.objects + rules.map { $0.text + "\n" }.joined()
            let judge = Judge(try policy(text))
            for _ in 0..<8 {
                let sample = Self.sample(&generator)
                let expected = NaiveJudge.decide(
                    rules, try asked(sample),
                    sample.readings.map { NaiveReading(spdm: $0.spdm, inside: $0.inside ?? .published) },
                    outside: .published)
                let decision = judge.decide(try asked(sample))
                let offset = 2
                let got: NaiveDecision =
                    switch decision.reason {
                    case .rule(let rule):
                        .rule(
                            line: rule.line - offset, verdict: decision.verdict,
                            taint: decision.taint.description)
                    case .defaultDeny: .nothing
                    default: .gatekeeper
                    }
                try #require(got == expected, "seed \(seed) round \(round)\n\(text)\n\(sample.readings)")
                if sample.other != nil { differing += 1 }
                if decision.verdict != .deny { passed += 1 }
            }
        }
        #expect(differing > 1000 && passed > 1000)
    }
}

extension NaiveRule {
    /// A rule with one condition, `KEY=VALUE` or `KEY!=VALUE`, or none.
    fileprivate static func parsed(_ verdict: Verdict, _ condition: String, taint: String) -> NaiveRule {
        // A refusal sets C and M alone.
        let letters = verdict == .deny ? "" : taint
        guard let sign = condition.firstIndex(of: "=") else {
            return NaiveRule(verdict: verdict, conditions: [], taint: letters)
        }
        let isNegated = condition[..<sign].last == "!"
        let written = String(condition[condition.index(after: sign)...])
        let globs = written.split { "{,}".contains($0) }.map { Alternative.glob(String($0)) }
        return NaiveRule(
            verdict: verdict,
            conditions: [
                Condition(
                    key: String(condition[..<sign].prefix { $0 != "!" }), negated: isNegated, alternatives: globs,
                    written: written)
            ], taint: letters)
    }
}
