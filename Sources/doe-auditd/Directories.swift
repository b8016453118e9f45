internal import DOELinux

/// The daemon's own directories. systemd makes them; started by hand, the daemon does.
struct Directories {
    let runtime: String
    let state: String
    var mailboxes: String { "\(runtime)/mailbox" }

    init(runtime: String, state: String) throws(LinuxError) {
        self.runtime = runtime
        self.state = state
        try OwnDirectory.make(runtime, mode: 0o755)
        try OwnDirectory.make(state, mode: 0o700)
        try OwnDirectory.make("\(runtime)/mailbox", mode: 0o755)
    }
}
