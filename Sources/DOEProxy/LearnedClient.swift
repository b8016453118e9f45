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
        /// The process, and what it ran; `nil` where that is unknown, and nobody said what it is.
        case process(HeldProcess, HostProgram?)
        /// Both at once, which is asked with one system call.
        case program(RunningProgram)
    }

    init(_ client: Client, process: HeldProcess?, program: HostProgram? = nil) {
        self.client = client
        bearer =
            if let process, case .known(let pid) = client.pid {
                // Alive afterwards, so the number was its own.
                if let program, let running = RunningProgram(program, of: pid), process.isAlive {
                    .program(running)
                } else {
                    .process(process, program)
                }
            } else {
                .nobody
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
        case .nobody: return false
        case .program(let running): return running.isStillRun
        case .process(let process, let program):
            if let program, let pid = client.pid.value, !program.isRun(by: pid) { return false }
            // Last: until here the number was its own.
            return process.isAlive
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
