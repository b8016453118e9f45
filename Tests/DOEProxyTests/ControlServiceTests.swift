import DOEControl
import Testing

@testable import DOEProxy

@Suite("Answers of the control interface")
struct ControlServiceTests {
    private let service = ControlService(.fixed)

    /// The answer as JSON, its zero byte taken off.
    private func ask(_ call: String) throws -> JSONValue? {
        guard let answer = service.answer(Array(call.utf8)) else { return nil }
        #expect(answer.last == 0)
        return try JSONText.decode(JSONValue.self, from: Array(answer.dropLast()))
    }

    private func error(_ name: String, _ key: String, _ value: String) -> JSONValue {
        .object([
            "error": .string("org.varlink.service.\(name)"), "parameters": .object([key: .string(value)]),
        ])
    }

    @Test("it tells who it is, and describes both its interfaces in Varlink's own language")
    func introspection() throws {
        guard case .object(let reply) = try ask(#"{"method":"org.varlink.service.GetInfo"}"#),
            case .object(let info) = reply["parameters"]
        else {
            Issue.record("no answer to GetInfo")
            return
        }
        #expect(info["product"] == .string("doe-auditd"))
        #expect(info["interfaces"] == .array([.string("org.varlink.service"), .string("org.doeaudit.Control1")]))
        for (name, method) in [("org.varlink.service", "GetInfo()"), ("org.doeaudit.Control1", "GetStatus()")] {
            let call =
                #"{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"\#(name)"}}"#
            guard case .object(let reply) = try ask(call), case .object(let parameters) = reply["parameters"],
                case .string(let text) = parameters["description"]
            else {
                Issue.record("no description of \(name)")
                return
            }
            #expect(text.contains("\ninterface \(name)\n") && text.contains("\nmethod \(method) -> "))
        }
    }

    @Test("each method that is described is there")
    func methods() throws {
        for line in ControlInterface.description.split(separator: "\n") where line.hasPrefix("method ") {
            let name = line.dropFirst("method ".count).prefix { $0 != "(" }
            guard case .object(let reply) = try ask(#"{"method":"org.doeaudit.Control1.\#(name)"}"#) else {
                Issue.record("no answer to \(name)")
                return
            }
            #expect(reply["error"] == nil && reply["parameters"] != nil, "\(name)")
        }
    }

    @Test("what is not there is an error of Varlink's that names it")
    func errors() throws {
        #expect(
            try ask(#"{"method":"org.doeaudit.Control1.Open"}"#)
                == error("MethodNotFound", "method", "org.doeaudit.Control1.Open"))
        #expect(try ask(#"{"method":"org.other.X"}"#) == error("InterfaceNotFound", "interface", "org.other"))
        #expect(try ask(#"{"method":"GetStatus"}"#) == error("InterfaceNotFound", "interface", ""))
        #expect(try ask(#"{"method":""}"#) == error("InterfaceNotFound", "interface", ""))
        #expect(
            try ask(#"{"method":"org.doeaudit.Control1.GetStatus","parameters":{"verbose":true}}"#)
                == error("InvalidParameter", "parameter", "verbose"))
        let describe = #""method":"org.varlink.service.GetInterfaceDescription""#
        for parameters in ["", #","parameters":{}"#, #","parameters":{"interface":7}"#] {
            #expect(try ask("{\(describe)\(parameters)}") == error("InvalidParameter", "parameter", "interface"))
        }
        #expect(
            try ask(#"{\#(describe),"parameters":{"interface":"org.x"}}"#)
                == error("InterfaceNotFound", "interface", "org.x"))
    }

    @Test("a one-way call has no answer, whatever it asks")
    func oneWay() {
        for method in ["org.doeaudit.Control1.GetStatus", "org.doeaudit.Control1.Nothing", "x"] {
            #expect(service.answer(Array(#"{"method":"\#(method)","oneway":true}"#.utf8)) == [])
        }
    }

    @Test(
        "what is no call has no answer at all",
        arguments: [
            "", " ", "{", "null", "[]", "7", #""x""#, "{}", #"{"method":null}"#, #"{"method":7}"#, #"{"method":["x"]}"#,
            #"{"method":"x","oneway":"yes"}"#, #"{"method":"x","parameters":7}"#, "{\"method\":\"x\u{1}\"}",
            String(repeating: "[", count: 100_000), #"{"method":"x","parameters":{"a":1e999999}}"#,
            String(repeating: #"{"parameters":"#, count: 50_000),
        ])
    func garbage(_ text: String) {
        #expect(service.answer(Array(text.utf8)) == nil)
    }

    @Test("bytes that are no text have no answer either")
    func noText() {
        for bytes: [UInt8] in [[0xff], [0xc3], Array(#"{"method":""#.utf8) + [0xff, 0x22, 0x7d], [0xef, 0xbb, 0xbf]] {
            #expect(service.answer(bytes) == nil)
        }
    }
}
