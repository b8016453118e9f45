internal import ArgumentParser
internal import DOEControl

struct LeaseEndCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End a mailbox's lease at once. Root only.")

    @Argument(help: "The mailbox.")
    var mailbox: String

    @OptionGroup var control: ControlOptions

    func run() throws {
        let lease = try control.client.endLease(EndLeaseParameters(mailbox: mailbox))
        if control.json { return try Terminal.say(json: lease) }
        Terminal.say("\(Terminal.safe(lease.mailbox)) is leased to nobody")
    }
}
