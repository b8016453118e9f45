import DOEControl
import DOELinux
import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOEProxy

@Suite("Answers of the control interface")
final class ControlServiceTests {
    /// A change as a client may ask for it.
    private struct Change: ControlParameters {
        static let names = ["name", "count", "places"]
        var name: String
        var count: Int?
        var places: [String]?
    }

    private static let interface = "org.doeaudit.Control1"

    private let service: ControlService
    private let refused = Log()
    private let changed = Log()
    private let late = BlockingQueue<ControlReply>()

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    init() throws {
        let (refused, changed) = (refused, changed)
        service = try ControlService(
            [
                .reading("\(Self.interface).Get") { (_: NoParameters) in ["a": 1] },
                .readingSlowly("\(Self.interface).GetMuch") { (_: NoParameters) in ["b": 2] },
                .changing("\(Self.interface).Change") { (change: Change, caller) throws(ControlError) in
                    guard change.name != "wrong" else {
                        throw ControlError(
                            name: "\(Self.interface).NotToday", problem: "it rains", remedy: "wait",
                            details: ["until": 7])
                    }
                    changed.lines.withLock { $0.append("\(change.name) \(change.count ?? 0) by \(caller.uid)") }
                    return ["done": true]
                },
                .changingElsewhere("\(Self.interface).ChangeElsewhere") { (_: NoParameters, _, reply) in
                    changed.lines.withLock { $0.append("elsewhere") }
                    reply(ControlMethod.Outcome<[String: Bool]>.success(["done": true]))
                },
            ]
        ) { method, caller in refused.lines.withLock { $0.append("\(method) by \(caller.uid)") } }
    }

    deinit {
        service.close()
        #expect(service.join(withinMicroseconds: 60_000_000))
    }

    private static let root = Client(via: .known(.unix), pid: .known(7), uid: .known(0))
    private static let others = [
        Client(via: .known(.unix), uid: .known(1000)), Client(via: .known(.unix), uid: .known(.max)),
        Client(via: .known(.unix), uid: .known(1), groups: .known([0])),
        Client(via: .known(.unix), uid: .unknown), Client(via: .known(.unix), uid: .none),
    ]

    private func reply(_ message: [UInt8], _ caller: Client = root) -> ControlReply? {
        service.answer(message, for: { caller }) { [late] in _ = late.push($0) }
        return late.take()
    }

    /// `nil` where the connection is to be closed without a word.
    private func bytes(_ message: [UInt8], _ caller: Client = root) -> [UInt8]? {
        guard case .goesOn(let bytes) = reply(message, caller) else { return nil }
        return bytes
    }

    /// The answer as JSON, its zero byte taken off.
    private func ask(_ call: String, _ caller: Client = root) throws -> JSONValue? {
        guard let answer = bytes(Array(call.utf8), caller) else { return nil }
        #expect(answer.last == 0)
        return try JSONText.decode(JSONValue.self, from: Array(answer.dropLast()))
    }

    private func call(_ method: String, _ parameters: String = "{}", _ caller: Client = root) throws -> JSONValue? {
        try ask(#"{"method":"\#(Self.interface).\#(method)","parameters":\#(parameters)}"#, caller)
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

    @Test("whoever may connect may read, at once or later")
    func reading() throws {
        for caller in [Self.root] + Self.others {
            #expect(try call("Get", "{}", caller) == .object(["parameters": .object(["a": .integer(1)])]))
            #expect(try call("GetMuch", "{}", caller) == .object(["parameters": .object(["b": .integer(2)])]))
        }
        #expect(refused.lines.withLock { $0.isEmpty })
    }

    @Test("root may change")
    func changing() throws {
        let done = JSONValue.object(["parameters": .object(["done": .bool(true)])])
        #expect(try call("Change", #"{"name":"x","count":3}"#) == done)
        #expect(try call("ChangeElsewhere") == done)
        #expect(changed.lines.withLock { $0 } == ["x 3 by 0", "elsewhere"])
        #expect(refused.lines.withLock { $0.isEmpty })
    }

    @Test("who asks is asked where something would be changed, and not where somebody reads")
    func whoAsks() throws {
        let asked = Log()
        for (method, count) in [("Get", 0), ("GetMuch", 0), ("Nothing", 0), ("Change", 1)] {
            asked.lines.withLock { $0 = [] }
            let call = #"{"method":"\#(Self.interface).\#(method)","parameters":{}}"#
            service.answer(
                Array(call.utf8),
                for: {
                    asked.lines.withLock { $0.append(method) }
                    return Self.root
                }
            ) { [late] in _ = late.push($0) }
            _ = late.take()
            #expect(asked.lines.withLock { $0.count } == count, "\(method)")
        }
    }

    @Test("nobody else may, and it is noted who asked for what; a one-way call does not get past either")
    func refusing() throws {
        for caller in Self.others {
            for (method, parameters) in [
                ("Change", #"{"name":"x"}"#), ("Change", #"{"nonsense":1}"#), ("ChangeElsewhere", "{}"),
            ] {
                refused.lines.withLock { $0 = [] }
                guard case .object(let reply) = try call(method, parameters, caller),
                    case .object(let said) = reply["parameters"], case .string(let problem) = said["problem"],
                    case .string(let remedy) = said["remedy"]
                else {
                    Issue.record("\(method) has no answer")
                    return
                }
                #expect(reply["error"] == .string("\(Self.interface).PermissionDenied"))
                #expect(problem.contains(method) && problem.contains(caller.uid.value.map { "\($0)" } ?? "unknown"))
                #expect(remedy.contains(caller.uid == .unknown || caller.uid == .none ? "in one process" : "sudo"))
                #expect(refused.lines.withLock { $0 } == ["\(Self.interface).\(method) by \(caller.uid)"])
            }
            let oneWay = #"{"method":"\#(Self.interface).Change","parameters":{"name":"x"},"oneway":true}"#
            #expect(bytes(Array(oneWay.utf8), caller) == [])
            #expect(refused.lines.withLock { $0.count } == 2)
        }
        #expect(changed.lines.withLock { $0.isEmpty })
    }

    @Test("a parameter that is missing, wrong or unknown is named")
    func parameters() throws {
        for (parameters, name) in [
            ("{}", "name"), (#"{"count":1}"#, "name"), (#"{"name":7}"#, "name"), (#"{"name":null}"#, "name"),
            (#"{"name":"x","count":"1"}"#, "count"), (#"{"name":"x","count":true}"#, "count"),
            (#"{"name":"x","count":1.5}"#, "count"), (#"{"name":"x","count":9223372036854775808}"#, "count"),
            (#"{"name":"x","count":1e999}"#, "count"),
            (#"{"name":"x","count":\#(String(repeating: "7", count: 7_000))}"#, "count"),
            (#"{"name":\#(String(repeating: "7", count: 7_000))}"#, "name"), (#"{"name":"\ud800"}"#, "name"),
            (#"{"name":"x","places":["y",1e999]}"#, "places"), (#"{"name":"x","places":["\udc00"]}"#, "places"),
            (#"{"name":"x","places":"y"}"#, "places"), (#"{"name":"x","places":["y",1]}"#, "places"),
            (#"{"name":"x","other":1}"#, "other"), (#"{"Name":"x"}"#, "Name"),
        ] {
            #expect(try call("Change", parameters) == error("InvalidParameter", "parameter", name), "\(parameters)")
        }
        #expect(try call("Get", #"{"verbose":true}"#) == error("InvalidParameter", "parameter", "verbose"))
        #expect(changed.lines.withLock { $0.isEmpty })
        let describe = #""method":"org.varlink.service.GetInterfaceDescription""#
        for parameters in ["", #","parameters":{}"#, #","parameters":{"interface":7}"#] {
            #expect(try ask("{\(describe)\(parameters)}") == error("InvalidParameter", "parameter", "interface"))
        }
        #expect(
            try ask(#"{\#(describe),"parameters":{"interface":"org.x"}}"#)
                == error("InterfaceNotFound", "interface", "org.x"))
    }

    @Test("an error of the interface's own says what happened and what to do, besides what it says itself")
    func ownErrors() throws {
        #expect(
            try call("Change", #"{"name":"wrong"}"#)
                == .object([
                    "error": .string("\(Self.interface).NotToday"),
                    "parameters": .object([
                        "problem": .string("it rains"), "remedy": .string("wait"), "until": .integer(7),
                    ]),
                ]))
    }

    @Test("what is not there is an error of Varlink's that names it")
    func errors() throws {
        #expect(
            try ask(#"{"method":"org.doeaudit.Control1.Open"}"#)
                == error("MethodNotFound", "method", "org.doeaudit.Control1.Open"))
        #expect(try ask(#"{"method":"org.other.X"}"#) == error("InterfaceNotFound", "interface", "org.other"))
        #expect(try ask(#"{"method":"Get"}"#) == error("InterfaceNotFound", "interface", ""))
        #expect(try ask(#"{"method":""}"#) == error("InterfaceNotFound", "interface", ""))
    }

    @Test("a one-way call has no answer, whatever it asks")
    func oneWay() {
        for method in ["Get", "GetMuch", "Change", "ChangeElsewhere", "Nothing"].map({ "\(Self.interface).\($0)" }) + [
            "x"
        ] {
            #expect(bytes(Array(#"{"method":"\#(method)","oneway":true}"#.utf8)) == [])
        }
        #expect(changed.lines.withLock { $0 } == ["elsewhere"])
    }

    @Test(
        "what is no call is told so, and the talk ends",
        arguments: [
            "", " ", "{", "null", "[]", "7", #""x""#, "{}", #"{"method":null}"#, #"{"method":7}"#, #"{"method":["x"]}"#,
            #"{"method":"x","oneway":"yes"}"#, #"{"method":"x","parameters":7}"#, "{\"method\":\"x\u{1}\"}",
            #"{"method":"x","parameters":[1]}"#, #"{"method":"x","parameters":{"a":1}"#, #"{"method":"x"}}"#,
        ])
    func garbage(_ text: String) throws {
        try expectNoCall(Array(text.utf8))
    }

    private func expectNoCall(_ message: [UInt8]) throws {
        guard case .ends(let bytes) = reply(message), bytes.last == 0,
            case .object(let answer) = try JSONText.decode(JSONValue.self, from: Array(bytes.dropLast())),
            case .object(let said) = answer["parameters"]
        else {
            Issue.record("no error at the end")
            return
        }
        #expect(answer["error"] == .string("\(Self.interface).NotACall"))
        #expect(said["problem"] != nil && said["remedy"] != nil)
    }

    @Test("what is too deep, too long or strangely spelled is not decoded: it is told so, and the talk ends")
    func bounds() throws {
        let combining = String(repeating: "\u{300}\u{301}", count: 1_500)
        let deep = String(repeating: "[", count: 500) + "0,0,0" + String(repeating: "]", count: 500)
        for (text, limit) in [
            (#"{"method":"\#(Self.interface).Get","parameters":{"a":\#(deep)}}"#, "call-shape"),
            (#"{"method":"\#(Self.interface).Get","parameters":{"\#(combining)":1}}"#, "call-shape"),
            (#"{"\#(combining)":1}"#, "call-shape"), (String(repeating: "[", count: 8_192), "call-shape"),
            (#"{"method":"\#(String(repeating: "x", count: 8_192))"}"#, "call-size"),
        ] {
            guard case .ends(let bytes) = reply(Array(text.utf8)), bytes.last == 0,
                case .object(let answer) = try JSONText.decode(JSONValue.self, from: Array(bytes.dropLast())),
                case .object(let said) = answer["parameters"]
            else {
                Issue.record("\(text.prefix(80)): no error at the end")
                return
            }
            #expect(answer["error"] == .string("\(Self.interface).LimitExceeded") && said["limit"] == .string(limit))
            #expect(said["problem"] != nil && said["remedy"] != nil)
        }
        #expect(changed.lines.withLock { $0.isEmpty } && refused.lines.withLock { $0.isEmpty })
    }

    @Test("a name is its bytes: what only looks the same is another one")
    func names() throws {
        // An e with an accent, in one character and in two: equal for Swift.
        let names = ["\(Self.interface).\u{e9}", "\(Self.interface).e\u{301}"]
        #expect(names[0] == names[1])
        for name in names + ["\(Self.interface).Get\u{200d}", "\(Self.interface).Get "] {
            let answer = try ask(#"{"method":"\#(name)"}"#)
            #expect(answer?.bytesOfMethod == Array(name.utf8))
        }
        let describe = #"{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"#
        #expect(
            try ask(describe + "\"org.doeaudit.Control1\u{200d}\"}}")
                == error("InterfaceNotFound", "interface", "org.doeaudit.Control1\u{200d}"))
    }

    @Test("bytes that are no text are no call either")
    func noText() throws {
        for text: [UInt8] in [[0xff], [0xc3], Array(#"{"method":""#.utf8) + [0xff, 0x22, 0x7d], [0xef, 0xbb, 0xbf]] {
            try expectNoCall(text)
        }
    }
}

extension JSONValue {
    /// Of the error MethodNotFound.
    fileprivate var bytesOfMethod: [UInt8]? {
        guard case .object(let reply) = self, reply["error"] == .string("org.varlink.service.MethodNotFound"),
            case .object(let parameters) = reply["parameters"], case .string(let method) = parameters["method"]
        else { return nil }
        return Array(method.utf8)
    }
}
