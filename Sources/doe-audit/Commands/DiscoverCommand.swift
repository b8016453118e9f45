internal import ArgumentParser
internal import DOELinux
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords
internal import PCIConfig

struct DiscoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover", abstract: "Which objects a mailbox knows.",
        discussion: """
            The kernel's list (doe_features, Linux 6.15 and later) is the union over all mailboxes of the function.
            """)

    @Argument(help: "The mailbox, as 'doe-audit mailboxes' names it.")
    var mailbox: String

    @OptionGroup var source: SourceOptions
    @OptionGroup var control: ControlOptions

    private struct Answer: Encodable {
        struct Entry: Encodable {
            var object: String
            var name: String?
        }
        var mailbox: String
        var source: String
        var objects: [Entry]
    }

    func run() throws {
        let copy = try source.kernelCopy(of: mailbox, what: "list of objects") { function throws(LinuxError) in
            try function.kernelDOEFeatures()
        }
        let (objects, origin) =
            if case .copy(let objects) = copy { (objects, "kernel") } else { try fromDaemon() }
        let answer = Answer(
            mailbox: mailbox, source: origin,
            objects: objects.map { .init(object: $0.description, name: PublishedObjects.name(of: $0)) })
        if control.json { return try Terminal.say(json: answer) }
        var table = Table("OBJECT", "NAME")
        // Of what nobody has published, the words that refusals and records have for it.
        let names = Policy.denyAll(generation: 0)
        for object in objects { table.add("\(object)", names.classify(object).name) }
        Terminal.say(table.text)
        Terminal.say("\nsource: \(answer.source)")
    }

    private func fromDaemon() throws -> ([ObjectID], source: String) {
        var talk = try MailboxTalk(with: mailbox, options: control)
        let objects = try talk.discover()
        return (objects, talk.source)
    }
}
