import DOEControl
import TestSupport
import Testing

@Suite("What is looked at before a call is decoded")
struct CallBoundsTests {
    private func passes(_ text: String) -> Bool { CallBounds.obstacle(in: Array(text.utf8)) == nil }

    private func nested(_ depth: Int, _ open: String = "[", _ close: String = "]") -> String {
        String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
    }

    @Test("the largest call that is of use is far below the limit")
    func largestCall() throws {
        // Each character of the reason in its longest spelling, and the longest name of a unit.
        let reason = String(repeating: "\\u0020", count: 256)
        let unit = String(repeating: "u", count: 247) + ".service"
        let mailbox = "remote:" + String(repeating: "m", count: 64)
        let call = #"""
            {"method":"org.doeaudit.Control1.StartLease",
            "parameters":{"mailbox":"\#(mailbox)","seconds":86400,"reason":"\#(reason)","unit":"\#(unit)"}}
            """#
        #expect(passes(call))
        #expect(call.utf8.count * 2 < CallBounds.byteLimit)
    }

    @Test("depth counts, and not how many lists there are or what stands in a text")
    func depth() {
        #expect(passes(nested(CallBounds.depthLimit)))
        #expect(!passes(nested(CallBounds.depthLimit + 1)))
        #expect(!passes(nested(CallBounds.depthLimit + 1, #"{"a":"#, "}")))
        #expect(passes("[" + String(repeating: "[],", count: 2_000) + "[]]"))
        #expect(passes(#"{"a":"\#(String(repeating: "[", count: 1_000))"}"#))
        #expect(passes(#"{"a":"\"\#(String(repeating: "[", count: 1_000))"}"#))
        // The second quote ends the text: what follows stands outside.
        #expect(!passes(#"{"a":"\\","b":\#(nested(8))}"#))
        // What closes nothing gives no depth to spend.
        #expect(!passes(String(repeating: "]", count: 100) + nested(CallBounds.depthLimit + 1)))
    }

    @Test("a key is short and plain; a text may be anything")
    func keys() {
        let longest = String(repeating: "k", count: CallBounds.keyByteLimit)
        #expect(passes(#"{"\#(longest)":1}"#))
        for key in [longest + "k", "\u{e4}", "a\u{300}", #"\u0061"#, "a\tb", "\u{7f}"] {
            #expect(!passes(#"{"\#(key)":1}"#), "\(key)")
            #expect(!passes("{\"\(key)\" \r\n\t :1}"), "\(key)")
            #expect(!passes(#"{"a":{"b":[{"\#(key)":1}]}}"#), "\(key)")
            #expect(passes(#"{"a":"\#(key)"}"#), "\(key)")
        }
    }

    @Test("the size has a limit of its own")
    func size() {
        #expect(passes(String(repeating: " ", count: CallBounds.byteLimit)))
        #expect(!passes(String(repeating: " ", count: CallBounds.byteLimit + 1)))
    }

    @Test("any JSON is judged as by a model that looks at the values themselves")
    func model() throws {
        var random = SeededGenerator(seed: 20_261_128)
        var judged = [true: 0, false: 0]
        for _ in 0..<4_000 {
            let value = Self.value(depth: Int.random(in: 0...11, using: &random), &random)
            let text = Self.spelled(value, &random)
            // The decoder reads what was spelled, so the model speaks of the same values.
            #expect(try JSONText.decode(JSONValue.self, from: Array(text.utf8)) == value)
            let expected =
                text.utf8.count <= CallBounds.byteLimit && Self.depth(of: value) <= CallBounds.depthLimit
                && Self.keys(of: value).allSatisfy(Self.isPlain)
            #expect(passes(text) == expected, "\(text)")
            judged[expected, default: 0] += 1
        }
        #expect(judged.values.allSatisfy { $0 > 500 }, "\(judged)")
    }

    @Test("what is no JSON is looked through to its end, whatever it is")
    func garbage() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array(#"{}[]",:\ab0"#.utf8) + [0xff, 0xcc, 0x80]
        for length in 0..<400 {
            for _ in 0..<10 {
                let bytes = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
                let opened = bytes.count { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }
                if CallBounds.obstacle(in: bytes) == nil { continue }
                // Never without a reason: it is deep, or it has a text before a colon.
                #expect(opened > CallBounds.depthLimit || bytes.contains(UInt8(ascii: ":")))
            }
        }
    }
}

// The model.
extension CallBoundsTests {
    private static let texts = [
        "", "a", "name", "[", "{\"", "\\", "\u{e4}", "a\u{300}", String(repeating: "k", count: 65),
    ]

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        guard depth > 0 else {
            let leaves: [JSONValue] = [.null, .bool(true), .integer(-7), .number(2.5), .string(text())]
            return leaves.randomElement(using: &random) ?? .null
        }
        let inner = (0..<Int.random(in: 1...2, using: &random)).map { index in
            value(depth: index == 0 ? depth - 1 : Int.random(in: 0..<min(depth, 3), using: &random), &random)
        }
        guard Bool.random(using: &random) else { return .array(inner) }
        // Mostly keys that may pass, or hardly anything would.
        let keys = inner.indices.map { Int.random(in: 0..<12, using: &random) == 0 ? text() : "key\($0)" }
        return .object(Dictionary(zip(keys, inner)) { first, _ in first })
    }

    private static func spelled(_ value: JSONValue, _ random: inout SeededGenerator) -> String {
        let blank = ["", "", " ", "\n\t"].randomElement(using: &random) ?? ""
        switch value {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return "\(value)"
        case .string(let text): return quoted(text)
        case .array(let values): return "[" + values.map { spelled($0, &random) }.joined(separator: ",\(blank)") + "]"
        case .object(let values):
            return "{" + values.map { "\(quoted($0))\(blank):\(spelled($1, &random))" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func depth(of value: JSONValue) -> Int {
        switch value {
        case .array(let values): 1 + (values.map(depth).max() ?? 0)
        case .object(let values): 1 + (values.values.map(depth).max() ?? 0)
        case .null, .bool, .integer, .number, .string: 0
        }
    }

    private static func keys(of value: JSONValue) -> [String] {
        switch value {
        case .array(let values): values.flatMap(keys)
        case .object(let values): values.keys + values.values.flatMap(keys)
        case .null, .bool, .integer, .number, .string: []
        }
    }

    /// A backslash or a quote has to be escaped in a key.
    private static func isPlain(_ key: String) -> Bool {
        key.utf8.count <= CallBounds.keyByteLimit && key.allSatisfy { $0.isASCII && $0 != "\\" && $0 != "\"" }
    }
}
