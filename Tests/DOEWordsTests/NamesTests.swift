import DOEWords
import TestSupport
import Testing

@Suite("Names are parsed in the one spelling in which they are printed")
struct NamesTests {
    @Test(
        "every name prints as it was written",
        arguments: [
            "0000:0d:00.0@190", "10000:e1:1f.7@fe8", "ffffffff:ff:00.0@100", "sim:cxl", "remote:emulator-1.lab_2",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try #require(MailboxName(text)).description == text)
    }

    @Test(
        "what is spelled otherwise is no name",
        arguments: [
            "", "@", "0000:0d:00.0", "0000:0d:00.0@", "0000:0d:00.0@19", "0000:0d:00.0@0190", "0000:0d:00.0@192",
            "0000:0d:00.0@0fc", "0000:0d:00.0@fec", "0000:0D:00.0@190", "000:0d:00.0@190", "0000:0d:20.0@190",
            "0000:0d:00.8@190",
            "0000:0d:00@190", "+000:0d:00.0@190", "0000:0d:00.0@190@190", "100000000:0d:00.0@190", "sim:", "sim:..",
            "sim:.hidden", "sim:a/b", "sim:A", "sim:a b", "sim:ä", "remote:", "remote:-x", "other:x",
            "sim:" + String(repeating: "a", count: 65),
        ])
    func refused(_ text: String) {
        #expect(MailboxName(text) == nil)
    }

    @Test("a name never leaves the directory of its socket")
    func socketNames() {
        var generator = SeededGenerator(seed: 20)
        let alphabet = Array("sim:remote0d.@/-_ \u{0}\\a")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                })
            guard let name = MailboxName(text) else { continue }
            #expect(name.description == text)
            #expect(!text.utf8.contains(0) && !text.contains("/"))
        }
    }

    @Test("objects and device ids print as they were written, and nothing else is one")
    func ids() throws {
        #expect(try #require(ObjectID("1e98:02")) == .tableAccess)
        #expect(ObjectID.tableAccess.description == "1e98:02")
        #expect(try #require(PCIDeviceID("8086:0d93")).description == "8086:0d93")
        for text in ["", "1e98", "1e98:2", "1E98:02", "1e98:002", "1e98:02:", "0x1e98:02", "1e98:0g"] {
            #expect(ObjectID(text) == nil)
        }
    }

    @Test("each taint letter has one bit, and letters print in bit order")
    func taintLetters() throws {
        let all = TaintLetters.all
        #expect(all.map(\.letter.rawValue) == (0..<13).map { 1 << $0 })
        #expect(String(all.map(\.character)) == "VUCXBWMALDPKN")
        #expect(try #require(TaintLetters("CV")).description == "VC")
        #expect(TaintLetters("v") == nil)
        #expect(try #require(TaintLetters("")).isEmpty)
    }

    @Test("letters of a newer version are kept as they are, and no rule may name one")
    func newerLetters() throws {
        let letters = try #require(TaintLetters(anyVersion: "ZVGN"))
        #expect(letters.description == "VNGZ" && letters.contains([.vendor, .witnessBlind]))
        #expect(letters.rawValue == 1 | 1 << 12 | 1 << 38 | 1 << 57)
        #expect(letters.singles.map(\.description) == ["V", "N", "G", "Z"])
        #expect(letters.meanings.map(\.character) == ["V", "N", "G", "Z"])
        #expect(letters.meanings.last?.meaning.contains("newer version") == true)
        #expect(TaintLetters("VG") == nil)
        for text in ["v", "V ", "Ä", "V1", "V\u{301}"] { #expect(TaintLetters(anyVersion: text) == nil) }
    }

    @Test("a serial number prints as lspci prints it")
    func serial() {
        let identity = MailboxIdentity(name: .simulated("x"), serialNumber: .known(0x0102_0304_0506_0708))
        #expect(identity.serialText == .known("01-02-03-04-05-06-07-08"))
    }

    @Test("SHA-256 gives the digests of the standard's examples (FIPS 180-4)")
    func digests() throws {
        #expect(
            SHA256Digest(of: Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest(of: []).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let digest = SHA256Digest(of: [1, 2, 3])
        #expect(try #require(SHA256Digest(digest.description)) == digest)
        #expect(SHA256Digest(digest.description.uppercased()) == nil)
    }

    @Test("hexadecimal is read in pairs, whatever the case, and nothing else")
    func hexadecimal() {
        #expect([UInt8](hexadecimal: "00fF10") == [0, 255, 16])
        #expect([UInt8](hexadecimal: "") == [])
        for text in ["0", "0g", "+1", " 1", "0x01"] { #expect([UInt8](hexadecimal: text) == nil) }
    }
}
