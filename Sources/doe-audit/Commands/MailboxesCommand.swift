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

    @Option(help: ArgumentHelp("Where sysfs is mounted, for --scan.", valueName: "DIR"))
    var sysfsRoot: String?

    private struct ScanAnswer: Encodable {
        var mailboxes: [MailboxEntry]
        /// What was not looked at, each with why.
        var unread: UnreadFunctions
    }

    func validate() throws {
        guard scan || sysfsRoot == nil else {
            throw ValidationError("--sysfs-root is for --scan: the daemon has a sysfs root of its own")
        }
    }

    func run() throws {
        guard scan else { return try show(try control.client.mailboxes()) }
        let (entries, unread) = try scanned()
        // Who may not look gets what he could see, and is not told that there is nothing else.
        if unread.forbidden == nil || !entries.isEmpty { try show(entries, unread) }
        try unread.tell()
    }

    private func show(_ entries: [MailboxEntry], _ unread: UnreadFunctions? = nil) throws {
        if control.json {
            guard let unread else { return try Terminal.say(json: MailboxEntry.Answer(mailboxes: entries)) }
            return try Terminal.say(json: ScanAnswer(mailboxes: entries, unread: unread))
        }
        guard !entries.isEmpty else {
            let isAll = unread?.functions.isEmpty != false
            return Terminal.say("no function \(isAll ? "of this host" : "that could be looked at") has a DOE mailbox")
        }
        var table = Table("MAILBOX", "DEVICE", "CLASS", "DRIVER", "SERIAL", "TAINT")
        for entry in entries {
            table.add(
                entry.name, entry.device ?? "-", entry.class ?? "-", entry.driver?.asName ?? "-",
                entry.serial ?? "-", entry.taint.map { $0.isEmpty ? "-" : $0 } ?? "?")
        }
        Terminal.say(table.text)
        for entry in entries {
            guard let owner = entry.spdmOwner else { continue }
            Terminal.say("SPDM on \(entry.name) belongs to \(Terminal.safe(owner)), until it leaves")
        }
    }

    private func scanned() throws -> ([MailboxEntry], UnreadFunctions) {
        var entries: [MailboxEntry] = []
        var unread = UnreadFunctions()
        for function in try PCIHost(sysfsRoot: sysfsRoot ?? "/sys").functions() {
            do throws(ConfigSpaceError) {
                let held = try function.hold(forReadingAlone: true)
                entries += held.mailboxes.map {
                    MailboxEntry(
                        held.identity(of: $0), capabilityVersion: held.capabilityVersion(of: $0), socket: "",
                        taint: nil)
                }
            } catch {
                unread.add(function, error)
            }
        }
        return (entries, unread)
    }
}
