internal import DOEControl
public import DOELinux
public import DOEWords

/// Answers the calls of the control interface, from a table of its methods. Here, and nowhere else, it is decided who
/// may call which: whoever may connect may read, root may change.
public struct ControlService: Sendable {
    /// What becomes of a call.
    enum Response: Equatable {
        /// This goes back; nothing to a one-way call.
        case now([UInt8])
        /// The answer comes through `reply`.
        case later
        /// It was no call: the connection is to be closed, as Varlink wants it.
        case close
    }

    private let methods: [String: ControlMethod]
    private let worker: SerialWorker
    private let noteRefusal: @Sendable (_ method: String, _ caller: Client) -> Void

    /// A service with its methods. What may take long or wait for a disk is done by `worker`; of each change that was refused `noteRefusal` is told.
    public init(
        _ methods: [ControlMethod], worker: SerialWorker,
        noteRefusal: @escaping @Sendable (_ method: String, _ caller: Client) -> Void
    ) {
        self.methods = (Self.ownMethods + methods).reduce(into: [:]) { $0[$1.name] = $1 }
        self.worker = worker
        self.noteRefusal = noteRefusal
    }

    /// The answer to one call, its zero byte included. `reply` is called once for what is answered later, on another
    /// thread, with `nil` where the connection is to be closed.
    func answer(
        _ message: [UInt8], for caller: Client, reply: @escaping @Sendable ([UInt8]?) -> Void
    ) -> Response {
        guard let call = try? JSONText.decode(VarlinkCall.self, from: message) else { return .close }
        let isOneWay = call.oneway == true
        let finish: @Sendable ([UInt8]?) -> [UInt8]? = { isOneWay ? [] : $0.map { $0 + [0] } }
        guard let method = methods[call.method] else { return Self.response(finish(Self.unknown(call.method))) }
        guard method.access == .reads || caller.uid == .known(0) else {
            noteRefusal(call.method, caller)
            return Self.response(finish(Self.denied(call.method, caller)))
        }
        let parameters = call.parameters ?? [:]
        switch method.work {
        case .here(let carryOut):
            do throws(WrongParameter) {
                return Self.response(finish(try carryOut(parameters)))
            } catch {
                return Self.response(finish(Self.wrong(error)))
            }
        case .elsewhere(let carryOut):
            worker.perform {
                do throws(WrongParameter) {
                    try carryOut(parameters, caller) { reply(finish($0)) }
                } catch {
                    reply(finish(Self.wrong(error)))
                }
            }
            return .later
        }
    }

    private static func response(_ bytes: [UInt8]?) -> Response { bytes.map { .now($0) } ?? .close }
}

extension ControlService {
    private static func wrong(_ parameter: WrongParameter) -> [UInt8]? {
        failure("InvalidParameter", ["parameter": parameter.name])
    }

    private static func denied(_ method: String, _ caller: Client) -> [UInt8]? {
        let name = method.split(separator: ".").last ?? ""
        return ControlAnswer.bytes(
            of: ControlError(
                name: ControlInterface.permissionDenied,
                problem: "\(name) changes something, which only root may: this is uid \(caller.uid)",
                remedy: "use sudo; the group doe-audit is for reading"))
    }

    private static func unknown(_ method: String) -> [UInt8]? {
        let parts = method.split(separator: ".", omittingEmptySubsequences: false)
        let interface = parts.dropLast().joined(separator: ".")
        guard interface == ControlInterface.name || interface == ControlInterface.serviceName else {
            return failure("InterfaceNotFound", ["interface": interface])
        }
        return failure("MethodNotFound", ["method": method])
    }

    /// One of Varlink's own errors.
    private static func failure(_ error: String, _ parameters: [String: String]) -> [UInt8]? {
        ControlAnswer.bytes(of: serviceError(error, parameters))
    }

    private static func serviceError(_ error: String, _ parameters: [String: String]) -> ControlError {
        ControlError(
            name: "\(ControlInterface.serviceName).\(error)", problem: error,
            details: parameters.mapValues { .string($0) })
    }

    /// What every Varlink service has.
    private static let ownMethods: [ControlMethod] = [
        .reading(ControlInterface.serviceName + ".GetInfo") { (_: NoParameters) in ServiceInformation() },
        .reading(ControlInterface.serviceName + ".GetInterfaceDescription") {
            (request: InterfaceRequest) throws(ControlError) in
            switch request.interface {
            case ControlInterface.name: return ["description": ControlInterface.description]
            case ControlInterface.serviceName: return ["description": ServiceInformation.description]
            default: throw serviceError("InterfaceNotFound", ["interface": request.interface])
            }
        },
    ]

    private struct InterfaceRequest: ControlParameters {
        static let names = ["interface"]
        var interface: String
    }
}
