public import DOEControl

/// Answers the calls of the control interface. It reads and never changes anything so far.
public struct ControlService: Sendable {
    /// What stands behind the answers.
    public struct Source: Sendable {
        /// The daemon's status.
        public var status: @Sendable () -> DaemonStatus
        /// Every mailbox that is served.
        public var mailboxes: @Sendable () -> [MailboxEntry]
        /// Every taint.
        public var taint: @Sendable () -> TaintEntry.Answer
        /// What the daemon started with.
        public var configuration: @Sendable () -> SettingEntry.Answer

        /// A source from its answers.
        public init(
            status: @escaping @Sendable () -> DaemonStatus, mailboxes: @escaping @Sendable () -> [MailboxEntry],
            taint: @escaping @Sendable () -> TaintEntry.Answer,
            configuration: @escaping @Sendable () -> SettingEntry.Answer
        ) {
            self.status = status
            self.mailboxes = mailboxes
            self.taint = taint
            self.configuration = configuration
        }
    }

    private let source: Source

    /// A service over its source.
    public init(_ source: Source) { self.source = source }

    /// The answer to one call, its zero byte included; empty for a one-way call, `nil` for what is no call: the
    /// connection is to be closed then, as Varlink wants it.
    func answer(_ message: [UInt8]) -> [UInt8]? {
        guard let call = try? JSONText.decode(VarlinkCall.self, from: message),
            let answer = try? encodedAnswer(to: call)
        else { return nil }
        return call.oneway == true ? [] : answer + [0]
    }

    private func encodedAnswer(to call: VarlinkCall) throws(ControlError) -> [UInt8] {
        let known: Set<String> = call.method == Self.describeMethod ? ["interface"] : []
        // A parameter that nobody reads would promise something that does not happen.
        if let extra = call.parameters?.keys.sorted().first(where: { !known.contains($0) }),
            Self.methods.contains(call.method)
        {
            return try failure("InvalidParameter", ["parameter": .string(extra)])
        }
        return try answer(to: call)
    }

    private func answer(to call: VarlinkCall) throws(ControlError) -> [UInt8] {
        switch call.method {
        case ControlInterface.getStatus: try reply(DaemonStatus.Answer(status: source.status()))
        case ControlInterface.listMailboxes: try reply(MailboxEntry.Answer(mailboxes: source.mailboxes()))
        case ControlInterface.getTaint: try reply(source.taint())
        case ControlInterface.getConfiguration: try reply(source.configuration())
        case Self.informationMethod: try reply(ServiceInformation())
        case Self.describeMethod: try describe(call)
        default: try unknown(call.method)
        }
    }

    private static let informationMethod = ControlInterface.serviceName + ".GetInfo"
    private static let describeMethod = ControlInterface.serviceName + ".GetInterfaceDescription"
    private static let methods: Set<String> = [
        ControlInterface.getStatus, ControlInterface.listMailboxes, ControlInterface.getTaint,
        ControlInterface.getConfiguration, informationMethod, describeMethod,
    ]

    private func describe(_ call: VarlinkCall) throws(ControlError) -> [UInt8] {
        guard case .string(let name) = call.parameters?["interface"] else {
            return try failure("InvalidParameter", ["parameter": .string("interface")])
        }
        switch name {
        case ControlInterface.name: return try reply(["description": ControlInterface.description])
        case ControlInterface.serviceName: return try reply(["description": ServiceInformation.description])
        default: return try failure("InterfaceNotFound", ["interface": .string(name)])
        }
    }

    private func unknown(_ method: String) throws(ControlError) -> [UInt8] {
        let parts = method.split(separator: ".", omittingEmptySubsequences: false)
        let interface = parts.dropLast().joined(separator: ".")
        guard interface == ControlInterface.name || interface == ControlInterface.serviceName else {
            return try failure("InterfaceNotFound", ["interface": .string(interface)])
        }
        return try failure("MethodNotFound", ["method": .string(method)])
    }

    private func reply(_ parameters: some Codable & Sendable) throws(ControlError) -> [UInt8] {
        try JSONText.encode(VarlinkReply(parameters: parameters))
    }

    private func failure(_ error: String, _ parameters: [String: JSONValue]) throws(ControlError) -> [UInt8] {
        try JSONText.encode(VarlinkReply(parameters: parameters, error: "\(ControlInterface.serviceName).\(error)"))
    }
}
