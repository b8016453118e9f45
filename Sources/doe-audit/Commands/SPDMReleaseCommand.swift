internal import ArgumentParser
internal import DOEControl

struct SPDMReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Take the SPDM talk with a mailbox from its owner. Root only.",
        discussion: """
            An exchange that is under way ends; the owner's next SPDM object is refused, and who sends GET_VERSION next has \
            the mailbox. It is on record.
            """)

    @Argument(help: "The mailbox.")
    var mailbox: String

    @OptionGroup var control: ControlOptions

    func run() throws {
        let release = try control.client.releaseSPDM(ReleaseSPDMParameters(mailbox: mailbox))
        if control.json { return try Terminal.say(json: release) }
        Terminal.say(
            "SPDM on \(Terminal.safe(mailbox)) belongs to nobody; it was taken from \(Terminal.safe(release.owner))")
    }
}
