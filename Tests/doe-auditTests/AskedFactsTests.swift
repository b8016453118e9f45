import ArgumentParser
import DOEPolicy
import Testing

@testable import doe_audit

@Suite("What can be told of a made-up request")
struct AskedFactsTests {
    /// Keys that are told otherwise: the object is the command's argument, and a rule's end is a time.
    private static let elsewhere = ["object", "until"]

    /// A value of each key.
    private static let values = [
        "class": "published", "road": "proxy", "mode": "bring-up", "mailbox": "sim:cxl", "address": "0000:0d:00.0",
        "device": "10de:2330", "pci-class": "030200", "driver": "nvidia", "serial": "00-00-00-00-00-00-12-34",
        "uid": "0", "user": "root", "group": "0", "loginuid": "1000", "unit": "a.service", "exe": "/usr/no/such",
        "container": "web1", "via": "unix", "spdm": "GET_VERSION", "compliance": "status",
    ]

    @Test("every key of the rules has an option of its name, and what it takes is told by that key")
    func everyKey() throws {
        for key in FactValue.keys where !Self.elsewhere.contains(key) {
            let value = try #require(Self.values[key], "no value to try for \(key)")
            let facts = try AskedFacts.parse(["--\(key)", value])
            #expect(facts.told.map(\.key) == [key] && facts.told.map(\.value) == [value])
        }
        for key in Self.elsewhere { #expect(throws: (any Error).self) { try AskedFacts.parse(["--\(key)", "x"]) } }
    }

    @Test("the help of 'policy explain' names them all")
    func help() {
        let help = PolicyExplainCommand.helpMessage()
        for key in FactValue.keys where !Self.elsewhere.contains(key) { #expect(help.contains("--\(key)"), "\(key)") }
    }
}
