internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What the daemon is doing, and what needs attention.",
        discussion: "With --check the exit status is 1 where anything needs attention, and 3 where no daemon answers.")

    @OptionGroup var control: ControlOptions

    @Flag(help: "Answer with the exit status.")
    var check = false

    func run() throws {
        let status = try control.client.status()
        if control.json { try Terminal.say(json: status) } else { show(status) }
        if check, !status.attention.isEmpty { throw DoneAs.no }
    }

    private func show(_ status: DaemonStatus) {
        for sentence in status.attention { Terminal.say(Terminal.alarming("! ") + Terminal.safe(sentence)) }
        if status.attention.isEmpty { Terminal.say("nothing needs attention") }
        Terminal.say("")
        let policy = status.policy
        let trail = status.trail
        var table = Table("daemon", "doe-auditd \(status.version), pid \(status.pid)")
        table.add("mode", "\(status.mode) (\(status.modeReason))")
        table.add("enforcement", "\(status.enforcement) (\(Terminal.safe(status.enforcementReason)))")
        table.add(
            "policy",
            "\(counted(policy.rules, "rule")) in \(counted(policy.files.count, "file")), generation \(policy.generation), "
                + policy.sha256.prefix(12))
        if let reload = status.reload {
            let since = Timestamp(microseconds: UInt64(clamping: reload.since)).point
            let more = reload.waiting == 0 ? "" : "; \(reload.waiting) more wait"
            table.add("reload", "\(reload.step) since \(since), for \(Terminal.safe(reload.asker))\(more)")
        }
        table.add("mailboxes", "\(status.mailboxes)\(status.proxy ? "" : ", none of them served: witness only")")
        table.add("witness", status.witnessWords)
        let unenforced = status.unenforced == 0 ? "" : ", \(status.unenforced) passed in permissive mode only"
        table.add("exchanges", "\(status.exchanges), \(status.refused) of them refused\(unenforced)")
        table.add(
            "trail",
            "record \(trail.sequence), \(trail.unconfirmed) of \(trail.capacity) places in the ring wait for the journal"
                + (trail.volatileFile == nil ? "'s disk" : ", which lies in memory")
        )
        if let anchor = trail.anchor { table.add("anchor", anchor) }
        table.add("taint", status.taintWords)
        Terminal.say(table.text)
    }
}

extension DaemonStatus {
    /// Both views of taint.
    fileprivate var taintWords: String {
        let sinceBoot = taint.isEmpty ? "none since boot" : "\(taint) since boot"
        return Terminal.safe(unacknowledged.isEmpty ? sinceBoot : "\(sinceBoot), \(unacknowledged) not acknowledged")
    }

    /// Whether anybody sees what goes past the proxy, and since when.
    fileprivate var witnessWords: String {
        guard let sight else { return "off: what goes past the proxy is not seen" }
        let since = Timestamp(microseconds: UInt64(clamping: sight.since)).point
        guard sight.blind == nil else { return "BLIND since \(since)" }
        return
            "sees since \(since)\(sight.unseenWords)\(sight.missed == 0 ? "" : ", events lost: \(sight.missed)"); see: doe-audit doctor"
    }
}
