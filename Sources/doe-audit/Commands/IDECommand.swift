internal import ArgumentParser
internal import DOEWords
internal import PCIConfig

struct IDECommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ide", abstract: "Which PCIe links are encrypted (IDE), and for whose traffic.",
        discussion: """
            Reads the IDE capability from config space, and touches no mailbox and no function that sleeps or is lent \
            to a guest: it says so of these. That needs root: the kernel shows others only the first 64 bytes. It \
            does not ask the daemon.
            """)

    @Argument(help: "A function, as lspci -D writes it (0000:0d:00.0); without it all that have the capability.")
    var address: String?

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let host = PCIHost(sysfsRoot: sysfsRoot)
        let function = try address.map { host.function(try Self.parse($0)) }
        let scan = try function.map { try IDEScan(of: $0) } ?? IDEScan(of: host)
        // Who may not look gets what he could see, and is not told that there is nothing else.
        if scan.unread.forbidden == nil || !scan.found.isEmpty { try show(scan) }
        try scan.unread.tell()
    }

    private func show(_ scan: IDEScan) throws {
        if json { return try Terminal.say(json: IDEAnswer(scan)) }
        guard !scan.found.isEmpty else {
            let all = scan.unread.functions.isEmpty ? "function of this host" : "function that could be looked at"
            return Terminal.say(address.map { "\($0) has no IDE capability" } ?? "no \(all) has an IDE capability")
        }
        let blocks = scan.found.flatMap { function in
            function.capabilities.map { IDEText(function: function, capability: $0).text }
        }
        Terminal.say(blocks.joined(separator: "\n\n"))
    }

    private static func parse(_ text: String) throws -> FunctionAddress {
        if let address = FunctionAddress(text) { return address }
        // lspci leaves the domain out where it is 0, and a mailbox's name has an offset more.
        let meant = FunctionAddress("0000:\(text)") ?? MailboxName(text)?.address
        throw WrongUse(
            "'\(text)' is no address of a function",
            meant.map { "did you mean \($0)?" } ?? "addresses look like 0000:0d:00.0, as lspci -D writes them")
    }
}
