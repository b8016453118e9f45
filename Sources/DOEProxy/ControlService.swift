internal import DOEControl
public import DOELinux
public import DOEWords

/// Answers the calls of the control interface, from a table of its methods. Here, and nowhere else, it is decided who
/// may call which: whoever may connect may read, root may change.
///
/// All of it happens off the server's thread: what a client wrote is decoded by the thread that answers, and what
/// takes long or may wait for a disk is done by another one, so that neither holds up the clients of mailboxes.
public final class ControlService: Sendable {
    /// By the bytes of their names: a client's text is neither hashed nor compared in Swift's way, which costs the
    /// square of its combining characters.
    private let methods: [[UInt8]: ControlMethod]
    private let answering: SerialWorker
    private let working: SerialWorker
    private let noteRefusal: @Sendable (_ method: String, _ caller: Client) -> Void

    /// A service with its methods, which starts its threads; of each change that was refused `noteRefusal` is told.
    public init(
        _ methods: [ControlMethod], noteRefusal: @escaping @Sendable (_ method: String, _ caller: Client) -> Void
    ) throws(LinuxError) {
        self.methods = (Self.ownMethods + methods).reduce(into: [:]) { $0[Array($1.name.utf8)] = $1 }
        answering = try SerialWorker(name: "doe-control")
        working = try SerialWorker(name: "doe-change")
        self.noteRefusal = noteRefusal
    }

    /// Takes no further call; what is under way is still carried out.
    public func close() {
        answering.close()
        working.close()
    }

    /// Waits for the end of what is under way; after `close`, once. `false` where it takes longer.
    public func join(withinMicroseconds limit: UInt64) -> Bool {
        // Both in any case.
        [answering, working].map { $0.join(withinMicroseconds: limit) }.allSatisfy(\.self)
    }

    /// Answers one message. `caller` says who asks, which may take looking at its process; `reply` is called once, on
    /// another thread, unless this was closed before.
    func answer(
        _ message: [UInt8], for caller: @escaping @Sendable () -> Client,
        reply: @escaping @Sendable (ControlReply) -> Void
    ) {
        answering.perform { [self] in
            let head: VarlinkCallHead
            do throws(ControlError) {
                head = try VarlinkCallHead(of: message)
            } catch {
                return reply(.ends(ControlAnswer.lastBytes(of: error)))
            }
            let isOneWay = head.oneway == true
            carryOut(message, of: head.method, for: caller) { answer in
                guard !isOneWay else { return reply(.goesOn([])) }
                reply(answer.map { .goesOn($0 + [0]) } ?? .ends([]))
            }
        }
    }

    private func carryOut(
        _ call: [UInt8], of name: String, for whoAsks: () -> Client, finish: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        guard let method = methods[Array(name.utf8)] else { return finish(Self.unknown(name)) }
        // Whoever may connect may read, so nobody asks who it is.
        let caller = method.access == .reads ? .unknownUnix : whoAsks()
        guard method.access == .reads || caller.uid == .known(0) else {
            noteRefusal(method.name, caller)
            return finish(Self.denied(method.name, caller))
        }
        let work: @Sendable () -> Void = {
            do throws(WrongParameter) {
                try method.work(call, caller, finish)
            } catch {
                finish(Self.failure("InvalidParameter", ["parameter": error.name]))
            }
        }
        switch method.place {
        case .answering: work()
        case .working: working.perform(work)
        }
    }
}

extension ControlService {
    private static func denied(_ method: String, _ caller: Client) -> [UInt8]? {
        let name = method.split(separator: ".").last ?? ""
        let isKnown = caller.uid.value != nil
        return ControlAnswer.bytes(
            of: ControlError(
                name: ControlInterface.permissionDenied,
                problem: "\(name) changes something, which only root may: "
                    + (isKnown
                        ? "this is uid \(caller.uid)"
                        : "who asks is unknown, since not all of the call was sent by who connected, or that process has "
                            + "ended or runs another program"),
                remedy: isKnown
                    ? "use sudo; the group doe-audit is for reading"
                    : "connect and call as root in one process, and let it wait for the answer"))
    }

    private static func unknown(_ method: String) -> [UInt8]? {
        let bytes = Array(method.utf8)
        let interface = String(
            decoding: bytes[..<(bytes.lastIndex(of: UInt8(ascii: ".")) ?? 0)], as: UTF8.self)
        guard interface.isSpelled(as: ControlInterface.name) || interface.isSpelled(as: ControlInterface.serviceName)
        else {
            return failure("InterfaceNotFound", ["interface": interface])
        }
        return failure("MethodNotFound", ["method": method])
    }

    /// One of Varlink's own errors.
    private static func failure(_ error: String, _ parameters: [String: String]) -> [UInt8]? {
        ControlAnswer.bytes(of: serviceError(error, parameters))
    }

    private static func serviceError(_ error: String, _ parameters: [String: String]) -> ControlError {
        ControlError(name: "\(ControlInterface.serviceName).\(error)", problem: error, details: parameters)
    }

    /// What every Varlink service has.
    private static let ownMethods: [ControlMethod] = [
        .reading(ControlInterface.serviceName + ".GetInfo") { (_: NoParameters) in ServiceInformation() },
        .reading(ControlInterface.serviceName + ".GetInterfaceDescription") {
            (request: InterfaceRequest) throws(ControlError) in
            for (name, description) in [
                (ControlInterface.name, ControlInterface.description),
                (ControlInterface.serviceName, ServiceInformation.description),
            ] where request.interface.isSpelled(as: name) {
                return ["description": description]
            }
            throw serviceError("InterfaceNotFound", ["interface": request.interface])
        },
    ]

    private struct InterfaceRequest: ControlParameters {
        static let names = ["interface"]
        var interface: String
    }
}
