internal import ArgumentParser
internal import DOEControl
internal import DOEObjects
internal import DOEWords

struct ExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "Send one object to a mailbox and print the response.",
        discussion: """
            The request walks the same road as anybody's: it is judged, recorded, and refused where the policy says \
            so (exit status 1). What can be no request of its object, and what the mailbox does not list among its \
            objects, is not sent at all; --force asks the daemon all the same.
            """)

    @Argument(help: "The mailbox, as 'doe-audit mailboxes' names it.")
    var mailbox: String

    @Argument(help: "The object, VVVV:TT in hexadecimal: 0001:00.")
    var object: String

    @Option(
        help: ArgumentHelp(
            "The payload behind the object's header, filled with zeros to whole dwords.", valueName: "HEX"))
    var data = ""

    @Flag(help: "Ask the daemon even where the request has a wrong shape, or the mailbox does not list the object.")
    var force = false

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    @OptionGroup var control: ControlOptions

    private struct Answer: Encodable {
        var response: String?
        var exchange: ExchangeNotice
    }

    /// Throws for what is known not to be worth a try.
    private func check(_ request: DataObject, _ talk: inout MailboxTalk) throws {
        if let misshapen = MisshapenRequest(request, for: try talk.facts()) { throw misshapen }
        // Compliance mode is asked of the daemon whatever the mailbox has: an attempt is to be on record.
        guard request.object != .compliance, request.object != .discovery else { return }
        try UnlistedObject.check(request.object, on: mailbox, &talk, sysfsRoot: sysfsRoot)
    }

    func run() throws {
        guard let id = ObjectID(object.lowercased()) else {
            throw WrongUse("'\(object)' is no object", "objects look like 1e98:02, four and two hexadecimal digits")
        }
        let request = try DataObject(id, hexadecimal: data)
        var talk = try MailboxTalk(with: mailbox, options: control)
        if !force { try check(request, &talk) }
        let (response, notice) = try talk.ask(request.bytes)
        if control.json {
            try Terminal.say(json: Answer(response: response?.bytes.hexadecimal, exchange: notice))
            if response == nil { throw notice.status == "refused" ? DoneAs.no : DoneAs.impossible }
            return
        }
        guard let response else { throw NoResponse(notice: notice) }
        if notice.verdict == Verdict.warn.rawValue {
            Terminal.say(Terminal.alarming("warning: ") + Terminal.safe(notice.reason))
        }
        Terminal.say(
            "\(Terminal.safe(notice.name)) (\(response.object)), \(response.dwordCount) dwords, record \(notice.sequence ?? 0)"
        )
        for start in stride(from: 0, to: response.bytes.count, by: 16) {
            let line = response.bytes[start..<min(start + 16, response.bytes.count)]
            Terminal.say("\(start.hex(digits: 5))  " + line.map { $0.hex(digits: 2) }.joined(separator: " "))
        }
    }
}
