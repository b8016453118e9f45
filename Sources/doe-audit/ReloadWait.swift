internal import DOEControl

/// What `policy reload` says while it has no answer: how long, what the daemon is at meanwhile, and where to look.
struct ReloadWait {
    /// How long it has waited.
    let microseconds: UInt64
    /// What the daemon said when it was asked on another connection.
    let status: Result<DaemonStatus, ControlError>
    /// The process that waits.
    let pid: Int

    /// The line.
    var text: String { "doe-audit: still waiting after \(microseconds / 1_000_000) s: \(Terminal.safe(reason))" }

    private var reason: String {
        let status: DaemonStatus
        switch self.status {
        case .success(let answer): status = answer
        case .failure(let error):
            let remedy = error.remedy.map { "; \($0)" } ?? ""
            return "the daemon does not tell its status either: \(error.problem)\(remedy)"
        }
        guard let reload = status.reload else {
            return
                "the daemon says that no reload is under way, and generation \(status.policy.generation) is in force; "
                + "look at what it says with: journalctl -u doe-auditd"
        }
        let more = reload.waiting == 0 ? "" : "; reloads that wait for its end: \(reload.waiting)"
        let whose = reload.pid == pid ? "it" : "another reload, for \(reload.asker)"
        return "the daemon is at \(whose): \(Self.words(reload.step))\(more)"
    }

    private static func words(_ step: String) -> String {
        switch step {
        case "reading": "it reads the rules and looks up the users and groups in them"
        case "recording": "it writes the record of what it has read; see the trail in: doe-audit status"
        default: "its step is \(step)"
        }
    }
}
