import DOEControl
import DOEObjects
import DOEWords
import Testing

@testable import doe_audit

@Suite("A request that can be none")
struct MisshapenRequestTests {
    private func found(
        _ object: ObjectID, _ payload: [UInt8], version: Int = 0, capability: Int? = nil
    ) throws -> MisshapenRequest? {
        let facts = MailboxFacts(
            mailbox: "sim:x", capabilityVersion: capability, discoveryVersion: version, objects: nil)
        return MisshapenRequest(try DataObject(object, payload: payload), for: facts)
    }

    @Test("what is published of its shape is said, and what to write instead")
    func advice() throws {
        let discovery = try #require(try found(.discovery, [], version: 2))
        let words = "DOE Discovery (0001:00) is not asked for like that, nothing was sent: byte 4"
        #expect(discovery.problem.hasPrefix(words))
        #expect(discovery.remedy?.hasPrefix("its payload has 4 bytes: --data 00020000 (index 0, version 2)\n") == true)
        let table = try #require(try found(.tableAccess, Array(repeating: 0, count: 8)))
        #expect(table.remedy?.contains("--data 00000000 (the table's header, entry 0)") == true)
        let message = try #require(try found(.spdm, []))
        // To try out there is none: each changes the talk.
        #expect(message.remedy?.hasPrefix("its payload has 4 bytes or more\n") == true)
        #expect(DoneAs(discovery) == .wrongUse)
    }

    @Test("what may be a request is none of these, nor is what nobody has published, nor an attempt on compliance mode")
    func others() throws {
        #expect(try found(.discovery, [0, 0, 0, 0]) == nil)
        #expect(try found(.spdm, [0x10, 0x84, 0, 0]) == nil)
        #expect(try found(ObjectID(vendor: 0x10de, type: 1), []) == nil)
        #expect(try found(.compliance, []) == nil)
    }

    @Test("discovery in another version than the capability's is none of this mailbox, where that version is known")
    func version() throws {
        let old = try #require(try found(.discovery, [0, 0, 0, 0], version: 2, capability: 2))
        let words = "expected discovery version 2, which goes with the mailbox's capability, found 0"
        #expect(old.problem.hasSuffix(words))
        #expect(old.remedy?.hasSuffix("(index 0, version 2)\nto send it as it is: --force") == true)
        #expect(try found(.discovery, [0, 2, 0, 0], version: 0, capability: 1) != nil)
        #expect(try found(.discovery, [0, 2, 0, 0], version: 2, capability: 2) == nil)
        // Of a remote mailbox nobody knows.
        #expect(try found(.discovery, [0, 2, 0, 0]) == nil)
    }

    @Test("the example is one that passes")
    func example() throws {
        for version in [0, 2] {
            let remedy = try #require(try found(.discovery, [], version: version)?.remedy)
            let data = try #require(remedy.split(separator: "--data ").last?.prefix(8))
            let payload = try #require([UInt8](hexadecimal: String(data)))
            #expect(try found(.discovery, payload) == nil)
        }
    }
}
