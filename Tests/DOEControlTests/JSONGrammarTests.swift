import Testing

@testable import DOEControl

@Suite("JSON to the letter")
struct JSONGrammarTests {
    /// What is wrong with a text, and how many bytes stand before it; `nil` where it is JSON.
    private func fault(_ bytes: [UInt8]) -> JSONGrammar.Fault? {
        do throws(JSONGrammar.Fault) {
            try JSONGrammar.check(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "what RFC 8259 allows passes",
        arguments: [
            "{}", "[]", " {} ", "\t[\r\n]\n", "0", "-0", "10", "1.5", "1e9", "1E+09", "-0.1e-2", "true", "false",
            "null",
            #""""#, #""a\"\\\/\b\f\n\r\tA\uD83D\ude00""#, #"{"a":[1,{"b":null},[]],"c":"é"}"#, #"{"a" : 1 , "b" : 2}"#,
            #"{"a":{"a":1},"A":2}"#,
        ])
    func passes(_ text: String) {
        #expect(fault(Array(text.utf8)) == nil)
    }

    @Test(
        "what it does not is a fault, at its first byte",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[", 1), ("[1", 2), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1"#, 6),
            (#"{"a":1,}"#, 6), ("[1,]", 2), ("[1 ,  ]", 3), ("[,1]", 1), ("[1,,2]", 3), ("{,}", 1), ("[1 2]", 3),
            (#"{"a":1 "b":2}"#, 7), (#"{a:1}"#, 1), (#"{'a':1}"#, 1), (#"{"a":1,"a":2}"#, 7), ("{}{}", 2), ("[]]", 2),
            ("01", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1.e5", 2), ("1e", 2), ("1e+", 3), ("-", 1), ("0x10", 1),
            ("NaN", 0), ("-Infinity", 1), ("tru", 0), ("nul1", 0), ("True", 0), (#""a"#, 2), (#""\x""#, 2),
            (#""\u12g4""#, 5), (#""\"#, 2), ("\"a\nb\"", 2), ("\"\u{1}\"", 1), ("// a\n1", 0), ("[1] // a", 4),
            ("\u{a0}1", 0),
        ])
    func faults(_ text: String, _ offset: Int) {
        #expect(fault(Array(text.utf8))?.offset == offset, "\(text)")
    }

    @Test("a byte order mark, and bytes that are no UTF-8, are told as what they are")
    func bytes() {
        #expect(fault([0xef, 0xbb, 0xbf] + Array("{}".utf8)).map { $0.problem.contains("byte order mark") } == true)
        let texts: [([UInt8], Int)] = [
            ([0x22, 0xff, 0x22], 1), ([0x22, 0xc3, 0x22], 1), ([0x22, 0x61, 0xed, 0xa0, 0x80, 0x22], 2),
        ]
        for (bytes, offset) in texts {
            #expect(fault(bytes) == JSONGrammar.Fault(offset: offset, problem: "a byte that is no UTF-8"))
        }
    }

    @Test("every text of a few characters is JSON where the decoder of the system takes it, but for what is told here")
    func againstTheDecoder() {
        let alphabet = Array("{}[],:\"01-.e ".utf8)
        var seen = 0
        for length in 1...4 {
            var digits = Array(repeating: 0, count: length)
            repeat {
                let text = digits.map { alphabet[$0] }
                let isJSON = (try? JSONText.decode(AnyJSON.self, from: text)) != nil
                // Whatever passes here is JSON there: so nothing passes that cannot be read.
                if fault(text) == nil {
                    seen += 1
                    #expect(isJSON, "\(String(decoding: text, as: UTF8.self))")
                }
            } while advance(&digits, below: alphabet.count)
        }
        #expect(seen > 100)
    }

    private func advance(_ digits: inout [Int], below limit: Int) -> Bool {
        for index in digits.indices {
            digits[index] += 1
            if digits[index] < limit { return true }
            digits[index] = 0
        }
        return false
    }

    /// Whatever the decoder takes.
    private struct AnyJSON: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
