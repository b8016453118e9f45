internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct LeaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Which mailboxes are leased, to whom and why.")

    @OptionGroup var control: ControlOptions

    func run() throws {
        let leases = try control.client.leases()
        if control.json { return try Terminal.say(json: LeaseEntry.Answer(leases: leases)) }
        guard !leases.isEmpty else { return Terminal.say("no mailbox is leased") }
        var table = Table("MAILBOX", "TO", "LEFT", "UNTIL", "REASON")
        for lease in leases {
            table.add(
                Terminal.safe(lease.mailbox), Terminal.safe(lease.holder), Self.words(lease.secondsLeft),
                "\(Timestamp(microseconds: UInt64(clamping: lease.ends)).point)", lease.reason.inQuotes)
        }
        Terminal.say(table.text)
    }

    /// `1h 12m`, `3m`, `40s`
    private static func words(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        default: "\(seconds / 3600)h \(seconds % 3600 / 60)m"
        }
    }
}
