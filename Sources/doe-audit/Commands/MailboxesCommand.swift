internal import ArgumentParser
internal import DOEControl
internal import DOEWords
internal import PCIConfig

struct MailboxesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailboxes", abstract: "The mailboxes of this host.",
        discussion: """
            Asks the daemon. With --scan it reads the config space of each PCI function itself; reading does not \
            touch a mailbox. That needs root: the kernel shows others only the first 64 bytes.
            """)

    @OptionGroup var control: ControlOptions

    @Flag(help: "Read config space in place of asking the daemon.")
    var scan = false

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    func run() throws {
        guard scan else { return try show(try control.client.mailboxes()) }
        let (entries, unread) = try scanned()
        // "None" is only said where everything could be looked at.
        if unread == nil || !entries.isEmpty { try show(entries) }
        if let unread { throw unread }
    }

    private func show(_ entries: [MailboxEntry]) throws {
        if control.json { return try Terminal.say(json: MailboxEntry.Answer(mailboxes: entries)) }
        guard !entries.isEmpty else {
            return Terminal.say("no function of this host has a DOE mailbox")
        }
        var table = Table("MAILBOX", "DEVICE", "CLASS", "DRIVER", "SERIAL", "TAINT")
        for entry in entries {
            table.add(
                entry.name, entry.device ?? "-", entry.class ?? "-", Terminal.safe(entry.driver ?? "-"),
                entry.serial ?? "-", entry.taint.map { $0.isEmpty ? "-" : $0 } ?? "?")
        }
        Terminal.say(table.text)
        for entry in entries {
            guard let owner = entry.spdmOwner else { continue }
            Terminal.say("SPDM on \(entry.name) belongs to \(Terminal.safe(owner)), until it leaves")
        }
    }

    private func scanned() throws -> ([MailboxEntry], UnreadFunctions?) {
        var entries: [MailboxEntry] = []
        var errors: [ConfigSpaceError] = []
        for function in try PCIHost(sysfsRoot: sysfsRoot).functions() {
            do throws(ConfigSpaceError) {
                let held = try function.hold()
                entries += held.mailboxes.map { MailboxEntry(held.identity(of: $0), socket: "", taint: nil) }
            } catch {
                errors.append(error)
            }
        }
        return (entries, errors.first.map { UnreadFunctions(count: errors.count, first: $0) })
    }
}
