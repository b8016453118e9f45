import DOEObjects
import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct RequestNameTests {
    private func verdict(_ rules: String, _ inquiry: Inquiry) throws -> Verdict {
        Judge(try policy(rules)).decide(inquiry).verdict
    }

    private func inquiry(_ sample: RequestSample, mode: Mode = .production) throws -> Inquiry {
        Inquiry(road: .proxy, mailbox: cxlMailbox, client: client(), mode: mode, request: try sample.request)
    }

    @Test func `a request is matched by each of its names, and by no other, in both ways of reading it`() throws {
        let words =
            SPDMRequestName.words + ["0x90", "TDISP.0x90", "PCI-SIG.10de", "IANA.01020304", "PCI-SIG.0001", "DMTF"]
        for sample in RequestSample.all where sample.object != .compliance && !sample.isMalformed {
            let asked = try inquiry(sample)
            for name in words {
                let expected: Verdict = sample.readings.allSatisfy { $0.spdm.contains(name) } ? .allow : .deny
                #expect(try verdict("allow spdm=\(name)", asked) == expected, "\(sample.spdm) \(name)")
                #expect(try verdict("deny spdm!=\(name)\nallow", asked) == expected, "\(sample.spdm) \(name)")
                let isDenied = sample.readings.contains { $0.spdm.contains(name) }
                #expect(
                    try verdict("deny spdm=\(name)\nallow", asked) == (isDenied ? .deny : .allow),
                    "\(sample.spdm) \(name)")
            }
            #expect(try verdict("allow spdm=none", asked) == (sample.spdm.isEmpty ? .allow : .deny))
            #expect(try verdict("allow spdm=*", asked) == (sample.spdm.isEmpty ? .deny : .allow))
        }
    }

    @Test func `an explanation names the request`() throws {
        let judge = Judge(try policy("allow spdm=GET_VERSION"))
        let sample = try #require(RequestSample.vendorDefined.first)
        #expect(
            judge.explain(try inquiry(sample)).candidates.map(\.sentence) == [
                "t.rules:1: spdm is VENDOR_DEFINED_REQUEST PCI-SIG.0001 IDE_KM IDE_KM.QUERY, the rule wants GET_VERSION"
            ])
    }

    @Test func `commands beside the objects go by their own names`() throws {
        for kind in OutOfBandRequest.Kind.allCases {
            let command = OutOfBandRequest(kind)
            let asked = Inquiry(
                road: .proxy, mailbox: cxlMailbox, client: client(), mode: .production, outOfBand: command)
            #expect(try verdict("allow spdm=\(command.name)", asked) == .allow)
            #expect(try verdict("allow spdm=OOB_*", asked) == .allow)
            #expect(try verdict("allow spdm!=\(command.name)", asked) == .deny)
        }
    }

    @Test func `where only the object is known, what it asks for is unknown`() throws {
        for id in ["0001:01", "0001:02", "0001:03", "0001:04"] {
            let asked = try DOEPolicyTests.inquiry(id)
            let decision = Judge(try policy("deny spdm=GET_VERSION\nallow")).decide(asked)
            #expect(decision.sentence.contains("unknown spdm"))
            #expect(try verdict("allow object=\(id)\ndeny spdm=GET_VERSION", asked) == .allow)
        }
        // What is no SPDM is known to be none.
        for id in ["0001:00", "0001:05", "1e98:02", "abcd:01"] {
            #expect(try verdict("deny spdm=*\ndeny compliance=*\nallow", try DOEPolicyTests.inquiry(id)) == .allow)
        }
    }

    @Test func `every word is a value, and what is near one is recognised`() throws {
        for word in SPDMRequestName.words { #expect(errors("allow spdm=\(word)") == []) }
        for word in ComplianceRequest.names + ["0x2a"] {
            #expect(errors("deny compliance=\(word)") == [])
        }
        for value in [
            "TDISP.*", "*_KM", "PCI-SIG.10*", "0x9?", "{GET_*,KEY_UPDATE}", "IANA.01020304", "standard-12.ab",
        ] {
            #expect(errors("allow spdm=\(value)") == [], "\(value)")
        }
    }

    @Test func `a class code is compared as six digits`() throws {
        let asked = try DOEPolicyTests.inquiry("0001:00")
        #expect(try verdict("allow pci-class=050210", asked) == .allow)
        #expect(try verdict("allow pci-class=0502*", asked) == .allow)
        #expect(try verdict("allow pci-class!=0502??", asked) == .deny)
        let remote = MailboxIdentity(name: .remote("x"))
        #expect(try verdict("allow pci-class=none", DOEPolicyTests.inquiry("0001:00", mailbox: remote)) == .allow)
        let unread = MailboxIdentity(name: .simulated("x"), pciClass: .unknown)
        let decision = Judge(try policy("deny pci-class=050210\nallow"))
            .decide(try DOEPolicyTests.inquiry("0001:00", mailbox: unread))
        #expect(decision.sentence.contains("unknown pci-class"))
    }
}
