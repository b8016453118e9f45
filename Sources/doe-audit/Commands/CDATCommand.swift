internal import ArgumentParser
internal import DOELinux
internal import DOEObjects
internal import DOEWords
internal import PCIConfig

struct CDATCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdat", abstract: "The Coherent Device Attribute Table (CDAT) of a CXL function.",
        discussion: """
            With -o the table's bytes go to a file, as the kernel keeps them. Of a table with flaws all that is good \
            is shown, and the exit status is 1. A mailbox whose list of objects has no CDAT is not asked for one.
            """)

    @Argument(help: "The mailbox, as 'doe-audit mailboxes' names it.")
    var mailbox: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the table's bytes here.", valueName: "FILE"))
    var output: String?

    @Flag(help: "Ask for it even where the mailbox does not list it.")
    var force = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var control: ControlOptions

    /// A table as far as it came.
    private struct Bytes {
        var bytes: [UInt8]
        var source: String
        /// Why no more came.
        var trouble: (any ExplainedError)?
    }

    func run() throws {
        let copy = try source.kernelCopy(of: mailbox, what: "CDAT") { function throws(LinuxError) in
            // An empty copy says that the kernel asked the device and failed.
            try function.kernelCDAT().flatMap { $0.isEmpty ? nil : $0 }
        }
        let found =
            switch copy {
            case .copy(let bytes): Bytes(bytes: bytes, source: "kernel")
            case .unreadable: try fromDaemon(isListed: true)
            case .none: try fromDaemon(isListed: force)
            }
        if let output { try write(found.bytes, to: output) }
        let table = try CDATReading(found.bytes)
        let answer = CDATAnswer(
            table, byteCount: found.bytes.count, mailbox: mailbox, source: found.source, trouble: found.trouble)
        if control.json {
            try Terminal.say(json: answer)
        } else {
            Terminal.say(CDATText(table: table, answer: answer, file: output).text)
        }
        guard let flawed = FlawedTable(answer.flaws, remedy: found.trouble?.remedy) else { return }
        Terminal.complain(flawed)
        throw DoneAs.no
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do throws(LinuxError) {
            try WholeFile.write(bytes, to: path, mode: 0o644)
        } catch {
            throw Obstacle(
                error.problem,
                remedy: error.remedy ?? "name a file in a folder that is there, and that you may write to")
        }
    }

    /// What came before an answer that leads no further is shown all the same; where nothing came, that is the error.
    private func fromDaemon(isListed: Bool) throws -> Bytes {
        var talk = try MailboxTalk(with: mailbox, options: control)
        if !isListed { try UnlistedObject.check(.tableAccess, on: mailbox, &talk, sysfsRoot: source.sysfsRoot) }
        var reader = CDATReader()
        do {
            while true {
                switch reader.next {
                case .ask(let request): try reader.take(try talk.get(request))
                case .done(let bytes): return Bytes(bytes: bytes, source: talk.source)
                }
            }
        } catch let error as any ExplainedError where !reader.table.isEmpty {
            return Bytes(bytes: reader.table, source: talk.source, trouble: error)
        }
    }
}
