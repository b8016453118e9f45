package import DOEWords

/// Whose a traced thread is.
package enum ThreadOwner: Hashable, Sendable {
    /// A thread of the kernel's own.
    case kernel
    /// This daemon.
    case daemon(Client)
    /// Another process, as far as it could be learned who.
    case process(Client)

    /// A process of which the thread's number is all that is known.
    static func nobody(_ thread: Int32) -> ThreadOwner { .process(Client(via: .none, pid: .known(thread))) }

    /// Who did it, for a record: all is `none` of the kernel.
    var client: Client {
        switch self {
        case .kernel: .kernel
        case .daemon(let client), .process(let client): client
        }
    }

    /// The same of a thread that calls itself so, where the program is not known: `'setpci'[467]`.
    package func words(calling command: String?) -> String {
        guard case .process(let client) = self, client.exe == .unknown, let command else { return words }
        return "\(command.inSingleQuotes)[\(client.pid)]"
    }

    /// In words for a sentence: `/usr/bin/setpci[467]`, `pid 467`, `the kernel`.
    var words: String {
        switch self {
        case .kernel: "the kernel"
        case .daemon(let client): "doe-auditd itself, pid \(client.pid)"
        case .process(let client):
            client.exe.value.map { "\($0.asName)[\(client.pid)]" } ?? "pid \(client.pid)"
        }
    }
}

extension Client {
    /// Nobody: the kernel does it for itself.
    static let kernel = Client(
        via: .none, pid: .none, uid: .none, groups: .none, loginUID: .none, session: .none, exe: .none, unit: .none,
        container: .none, parent: .none)
}
