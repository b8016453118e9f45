internal import ArgumentParser
internal import DOEControl
internal import DOEWords

struct TaintAcknowledgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Say that taint was looked into. Root only.",
        discussion: """
            The letters leave the view of what is unacknowledged, and status and 'taint --check' no longer speak of them; \
            those since boot stay. One that comes again is new. It is on record, with who did it and why.
            """)

    @Argument(
        help: """
            A mailbox, function or device as 'doe-audit taint' names it, or 'host' for what was raised on the host alone. \
            All without it.
            """)
    var subject: String?

    @Option(help: ArgumentHelp("What was found out; it stands in the journal.", valueName: "TEXT"))
    var reason: String

    @OptionGroup var control: ControlOptions

    func run() throws {
        do throws(Obstacle) {
            _ = try StatedReason(reason, for: "an acknowledgement")
        } catch {
            throw WrongUse(error.problem, error.remedy)
        }
        let answer = try control.client.acknowledgeTaint(
            AcknowledgeTaintParameters(subject: subject, reason: reason))
        if control.json { return try Terminal.say(json: answer) }
        guard !answer.acknowledged.isEmpty else {
            return Terminal.say("nothing is unacknowledged\(subject.map { " on \(Terminal.safe($0))" } ?? "")")
        }
        for entry in answer.acknowledged {
            let mailbox = entry.mailbox.flatMap { $0 == entry.subject ? nil : $0 }
            let place = mailbox.map { ", seen last at \(Terminal.safe($0))" } ?? ""
            Terminal.say("acknowledged \(Terminal.safe(entry.letters)) on \(Terminal.safe(entry.subject))\(place)")
        }
    }
}
