import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

/// What a published object carries: it is classed by it, and never gets further because of it.
@Suite struct InsideTests {
    private static let objects = """
        object 0001:01 published "CMA/SPDM" kernel 6.19..
        object 0001:03 published "CMA/SPDM with connection id"

        """

    private func decide(
        _ rules: String, _ sample: RequestSample, uid: UInt32 = 0, kernel: KernelVersion = testKernel
    ) throws -> Decision {
        let asked = Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(uid)), mode: .production,
            request: try sample.request)
        return Judge(try policy(Self.objects + rules, kernel: kernel)).decide(asked)
    }

    private func sample(_ name: String) throws -> RequestSample {
        try #require(RequestSample.all.first { $0.spdm.contains(name) })
    }

    @Test func `a published protocol leaves the object what it is`() throws {
        for (name, shown) in [
            ("IDE_KM", "CMA/SPDM carrying IDE_KM"), ("TDISP", "CMA/SPDM with connection id carrying TDISP"),
            ("CXL-IDE_KM", "CMA/SPDM carrying CXL-IDE_KM"), ("CXL-TSP", "CMA/SPDM carrying CXL-TSP"),
        ] {
            let decision = try decide("allow class=published", try sample(name))
            #expect(decision.objectClass == .published)
            #expect(decision.objectName == shown)
            #expect(decision.verdict == .allow)
        }
        let new = try decide("", try sample("IDE_KM"), kernel: KernelVersion(major: 6, minor: 19))
        #expect(new.objectClass == .kernelExpected)
    }

    @Test func `a vendor's request is the vendor's, and what nobody published is unknown`() throws {
        for (name, objectClass, shown) in [
            ("PCI-SIG.10de", .vendor, "PCI-SIG 10de"), ("IANA.01020304", .vendor, "IANA 01020304"),
            ("DMTF", .unknown, "DMTF"),
        ] as [(String, ObjectClass, String)] {
            let decision = try decide("", try sample(name))
            #expect(decision.objectClass == objectClass)
            #expect(decision.objectName == "CMA/SPDM carrying \(shown)")
            #expect(decision.object == .spdm)
        }
        let unread = try #require(RequestSample.vendorDefined.last)
        #expect(try decide("", unread).objectClass == .unknown)
        #expect(try decide("", unread).objectName == "CMA/SPDM carrying what cannot be read")
    }

    @Test func `a rule by object still matches, with what it carries in the record`() throws {
        for sample in RequestSample.vendorDefined {
            let decision = try decide("allow object=0001:{01,03} uid=0 because \"agent\"", sample)
            #expect(decision.verdict == .allow)
            #expect(decision.taint == [])
        }
        let warned = try decide("warn object=0001:01", try sample("PCI-SIG.10de"))
        #expect(warned.verdict == .warn && warned.taint == .vendor)
    }

    @Test func `a rule by class sees what is inside, and only shuts`() throws {
        let vendors = try sample("PCI-SIG.10de")
        // As an object of class published it would pass, as what it carries it does not.
        #expect(try decide("allow class=published", vendors).reason == .defaultDeny)
        #expect(try decide("deny class=vendor\nallow object=0001:01", vendors).decidedBy == "t.rules:3")
        // As what it carries it would pass, as its object it does not.
        #expect(try decide("warn class=vendor uid=0", vendors).reason == .defaultDeny)
        #expect(try decide("allow class=vendor\ndeny class=published", vendors).decidedBy == "t.rules:4")
        // Both pass: the louder of the two, with the letters of both.
        let loud = try decide("allow class=vendor taint A\nwarn class=published taint W", vendors)
        #expect(loud.decidedBy == "t.rules:4" && loud.verdict == .warn)
        #expect(loud.taint == [.vendor, .abort, .configWrite])
        let first = try decide("warn class=vendor taint A\nallow class=published taint W", vendors)
        #expect(first.decidedBy == "t.rules:3" && first.taint == [.vendor, .abort, .configWrite])
    }

    @Test func `looking inside lets nothing pass that its object alone would not`() throws {
        let rules = [
            "allow class=vendor", "warn class=unknown", "deny class=published", "allow class!=published",
            "allow object=0001:01", "allow class={vendor,published}", "deny class=vendor", "warn class=* uid=0",
        ]
        for sample in RequestSample.vendorDefined + RequestSample.large where !sample.isMalformed {
            for first in rules {
                for second in rules {
                    let text = Self.objects + "\(first)\n\(second)\n"
                    // The same bytes in an object that nobody looks into, because it is not published.
                    let outer = try inquiry("\(sample.object)", client: client(uid: .known(0)))
                    let plain = Judge(try policy(text)).decide(outer).verdict
                    let looked = try decide("\(first)\n\(second)\n", sample).verdict
                    #expect(looked.strictness >= plain.strictness, "\(sample.spdm): \(first), \(second)")
                }
            }
        }
    }

    @Test func `nothing is looked into that is encrypted, is no published object, or is not there`() throws {
        for sample in RequestSample.all where sample.object == .securedSPDM && !sample.isMalformed {
            #expect(try decide("object 0001:02 published \"s\"\n", sample).objectClass == .published)
        }
        let sample = try sample("PCI-SIG.10de")
        let theirs = Judge(try policy("object 0001:01 unknown \"x\"\nallow class=unknown"))
        let asked = Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production, request: try sample.request)
        #expect(theirs.decide(asked).objectClass == .unknown && theirs.decide(asked).objectName == "x")
        #expect(Judge(try policy(Self.objects)).decide(try inquiry("0001:01")).objectClass == .published)
    }

    @Test func `an explanation follows the reading that decided`() throws {
        let judge = Judge(try policy(Self.objects + "warn class=vendor uid=0"))
        let asked = Inquiry(
            road: .proxy, mailbox: cxlMailbox, client: client(uid: .known(0)), mode: .production,
            request: try sample("PCI-SIG.10de").request)
        #expect(
            judge.explain(asked).candidates.map(\.sentence) == ["t.rules:3: class is published, the rule wants vendor"])
    }
}

extension Verdict {
    fileprivate var strictness: Int {
        switch self {
        case .allow: 0
        case .warn: 1
        default: 2
        }
    }
}
