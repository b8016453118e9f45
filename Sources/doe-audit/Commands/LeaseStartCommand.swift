internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct LeaseStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Lease one mailbox. Root only.",
        discussion: """
            Only on a host in bring-up mode, with the function's driver unbound and none of its memory online. A rule has \
            to allow what is sent, too. On a production host the attempt is refused, on record and leaves the taint C.
            """)

    @Argument(help: "The mailbox, as 'doe-audit mailboxes' names it.")
    var mailbox: String

    @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 90s, 30m, 2h; 24h at most.", valueName: "TIME"))
    var time: String

    @Option(help: ArgumentHelp("What it is for; it stands in the journal.", valueName: "TEXT"))
    var reason: String

    @Option(help: ArgumentHelp("The user it is for; root, 0, unless a unit is named.", valueName: "UID"))
    var uid: UInt32?

    @Option(help: ArgumentHelp("The system unit it is for, in place of a user.", valueName: "NAME"))
    var unit: String?

    @OptionGroup var control: ControlOptions

    func validate() throws {
        if uid != nil, unit != nil { throw ValidationError("a lease is for --uid or for --unit, not for both") }
    }

    func run() throws {
        guard let seconds = LeaseLength.seconds(of: time) else {
            throw WrongUse("--for '\(time)' is no time", "write a number and its unit, 24h at most: 90s, 30m, 2h")
        }
        let lease = try control.client.startLease(
            StartLeaseParameters(mailbox: mailbox, seconds: seconds, reason: reason, uid: uid, unit: unit))
        if control.json { return try Terminal.say(json: lease) }
        Terminal.say(
            "leased \(Terminal.safe(lease.mailbox)) to \(Terminal.safe(lease.holder)) until "
                + "\(Timestamp(microseconds: UInt64(clamping: lease.ends)).point), lease \(Terminal.safe(lease.id))"
        )
        Terminal.say("end it with: doe-audit lease end \(Terminal.safe(lease.mailbox))")
    }
}
