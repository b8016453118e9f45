public import DOELinux
internal import DOEMailbox
public import DOEMonitor
public import DOEWords
public import SPDMSocket

/// A mailbox with its worker and the sockets through which clients reach it.
public final class ServedMailbox: Sendable {
    /// The thread that alone touches the mailbox.
    public let worker: MailboxWorker
    /// The Unix socket's path.
    public let socketPath: String
    let listeners: [ListeningSocket]

    /// Listens at `DIRECTORY/NAME.sock`, and at the TCP door where one is wanted. Everybody may connect: the judge
    /// decides, and a refusal is on record.
    public init(worker: MailboxWorker, directory: String, tcp door: TCPDoor? = nil) throws(LinuxError) {
        self.worker = worker
        socketPath = "\(directory)/\(worker.mailbox.name).sock"
        var listeners = [try ListeningSocket(path: socketPath, mode: 0o666)]
        if let door { listeners.append(try ListeningSocket(address: door.address, port: door.port)) }
        self.listeners = listeners
    }

    /// The mailbox's name.
    public var name: MailboxName { worker.mailbox.name }
}
