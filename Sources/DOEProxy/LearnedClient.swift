internal import DOELinux
public import DOEWords

/// A client of a Unix socket, and the process that it is: what was learned counts as long as that one runs, and its
/// program.
public struct LearnedClient: Sendable {
    /// What was learned when it connected.
    public let client: Client
    /// Who connected; `nil` where that had ended before it could be held, or is in a namespace that we do not see
    /// into.
    private let process: HeldProcess?
    /// What it ran then; `nil` where that is unknown, and nobody said what it is.
    private let program: HostProgram?

    init(_ client: Client, process: HeldProcess?, program: HostProgram? = nil) {
        self.client = client
        self.process = process
        self.program = program
    }

    /// Who it is now: nobody, where the process has ended or its program is not seen to be the same. May ask procfs.
    func present() -> Client {
        // Nobody names a TCP client, so it cannot be another one.
        guard client.via == .known(.unix) else { return client }
        guard let process, case .known(let pid) = client.pid else { return .unknownUnix }
        if let program, !program.isRun(by: pid) { return .unknownUnix }
        // Last: until here the number was its own.
        return process.isAlive ? client : .unknownUnix
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
