import DOEControl
import DOELinux
import DOEWords
import Synchronization
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

    private let worker: SerialWorker
    private let service: ControlService
    private let refused = Log()
    private let changed = Log()
    /// The answers that came later.
    private let late = BlockingQueue<[UInt8]?>()

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    init() throws {
        worker = try SerialWorker(name: "control")
        let (refused, changed) = (refused, changed)
        service = ControlService(
            [
                .reading("\(Self.interface).Get") { (_: NoParameters) in ["a": 1] },
                .readingSlowly("\(Self.interface).GetMuch") { (_: NoParameters) in ["b": 2] },
                .changing("\(Self.interface).Change") { (change: Change, caller) throws(ControlError) in
                    guard change.name != "wrong" else {
                        throw ControlError(
                            name: "\(Self.interface).NotToday", problem: "it rains", remedy: "wait",
                            details: ["until": .integer(7)])
                    }
                    changed.lines.withLock { $0.append("\(change.name) \(change.count ?? 0) by \(caller.uid)") }
                    return ["done": true]
                },
                .changingElsewhere("\(Self.interface).ChangeElsewhere") { (_: NoParameters, _, reply) in
                    changed.lines.withLock { $0.append("elsewhere") }
                    reply(ControlMethod.Outcome<[String: Bool]>.success(["done": true]))
                },
            ], worker: worker
        ) { method, caller in refused.lines.withLock { $0.append("\(method) by \(caller.uid)") } }
    }

    deinit {
        worker.close()
        #expect(worker.join(withinMicroseconds: 60_000_000))
    }

    private static let root = Client(via: .known(.unix), pid: .known(7), uid: .known(0))
    private static let others = [
        Client(via: .known(.unix), uid: .known(1000)), Client(via: .known(.unix), uid: .known(.max)),
        Client(via: .known(.unix), uid: .known(1), groups: .known([0])),
        Client(via: .known(.unix), uid: .unknown), Client(via: .known(.unix), uid: .none),
    ]

    private func bytes(_ message: [UInt8], _ caller: Client = root) -> [UInt8]? {
        switch service.answer(message, for: caller, reply: { [late] in _ = late.push($0) }) {
        case .now(let bytes): bytes
        case .later: late.take() ?? nil
        case .close: nil
        }
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
                #expect(problem.contains(method) && problem.contains("\(caller.uid)") && remedy.contains("sudo"))
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
        "what is no call has no answer at all",
        arguments: [
            "", " ", "{", "null", "[]", "7", #""x""#, "{}", #"{"method":null}"#, #"{"method":7}"#, #"{"method":["x"]}"#,
            #"{"method":"x","oneway":"yes"}"#, #"{"method":"x","parameters":7}"#, "{\"method\":\"x\u{1}\"}",
            String(repeating: "[", count: 100_000), #"{"method":"x","parameters":{"a":1e999999}}"#,
            String(repeating: #"{"parameters":"#, count: 50_000),
        ])
    func garbage(_ text: String) {
        #expect(bytes(Array(text.utf8)) == nil)
    }

    @Test("bytes that are no text have no answer either")
    func noText() {
        for text: [UInt8] in [[0xff], [0xc3], Array(#"{"method":""#.utf8) + [0xff, 0x22, 0x7d], [0xef, 0xbb, 0xbf]] {
            #expect(bytes(text) == nil)
        }
    }
}
