internal import DOELinux
internal import DOEMailbox
public import DOEMonitor
public import DOEWords

/// A mailbox with its worker and the socket through which clients reach it.
public final class ServedMailbox: Sendable {
    /// The thread that alone touches the mailbox.
    public let worker: MailboxWorker
    /// The socket's path.
    public let socketPath: String
    let listener: ListeningSocket

    /// Listens at `DIRECTORY/NAME.sock`. Everybody may connect: the judge decides, and a refusal is on record.
    public init(worker: MailboxWorker, directory: String) throws(ProxyError) {
        self.worker = worker
        socketPath = "\(directory)/\(worker.mailbox.name).sock"
        do {
            listener = try ListeningSocket(path: socketPath, mode: 0o666)
        } catch {
            throw ProxyError(problem: error.problem, remedy: error.remedy)
        }
    }

    /// The mailbox's name.
    public var name: MailboxName { worker.mailbox.name }
}
