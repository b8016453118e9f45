internal import DOELinux
public import DOEWords

/// A client of a Unix socket, and the process that it is: what was learned counts as long as that one runs, and its
/// program.
public struct LearnedClient: Sendable {
    /// What was learned when it connected.
    public let client: Client
    private let bearer: Bearer

    /// What has to last for it to be this client.
    private enum Bearer {
        /// Who connected had ended before it could be held, or is in a namespace that we do not see into.
        case nobody
        /// The process: what it runs is unknown, and nobody said what it is.
        case process(HeldProcess)
        /// The process and its program, both at once.
        case program(@Sendable () -> Bool)
    }

    init(_ client: Client, process: HeldProcess?, isStillRun: (@Sendable () -> Bool)? = nil) {
        self.client = client
        if let process, client.pid.value != nil {
            bearer = if let isStillRun { .program(isStillRun) } else { .process(process) }
        } else {
            bearer = .nobody
        }
    }

    /// Who it is now: nobody, where the process has ended or its program is not seen to be the same. May ask procfs.
    func present() -> Client {
        // Nobody names a TCP client, so it cannot be another one.
        guard client.via == .known(.unix) else { return client }
        return isStillThere ? client : .unknownUnix
    }

    private var isStillThere: Bool {
        switch bearer {
        case .nobody: false
        case .process(let process): process.isAlive
        case .program(let isStillRun): isStillRun()
        }
    }
}

extension Client {
    /// Somebody at a Unix socket.
    static let unknownUnix = Client(via: .known(.unix))

    /// Whether it has sent what came from this sender. Of TCP nobody says, and nobody is named for it.
    func sent(_ sender: MessageSender?) -> Bool {
        guard via == .known(.unix) else { return true }
        guard let sender else { return false }
        return pid == .known(sender.pid) && uid == .known(sender.uid)
    }
}
