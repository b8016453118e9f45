internal import ArgumentParser
internal import DOELinux
internal import DOEObjects
internal import DOEWords
internal import PCIConfig

struct CDATCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdat", abstract: "The Coherent Device Attribute Table (CDAT) of a CXL function.",
        discussion: """
            With -o the table's bytes go to a file, as the kernel keeps them. A table with a wrong checksum is shown, and \
            the exit status is 1.
            """)

    @Argument(help: "The mailbox, as 'doe-audit mailboxes' names it.")
    var mailbox: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the table's bytes here.", valueName: "FILE"))
    var output: String?

    @OptionGroup var source: SourceOptions
    @OptionGroup var control: ControlOptions

    private struct Answer: Encodable {
        struct Entry: Encodable {
            var structure: String
            var description: String
        }
        var mailbox: String
        var source: String
        var bytes: Int
        var checksum: String
        var revision: Int
        var sequence: Int
        var structures: [Entry]
    }

    func run() throws {
        let kernel = try source.kernelCopy(of: mailbox, what: "CDAT") { function in
            // An empty copy says that the kernel asked the device and failed.
            try function.kernelCDAT().flatMap { $0.isEmpty ? nil : $0 }
        }
        let (bytes, origin) = try kernel.map { ($0, "kernel") } ?? fromDevice()
        if let output { try WholeFile.write(bytes, to: output, mode: 0o644) }
        let table = try CoherentDeviceAttributeTable(anyChecksum: bytes)
        let checksumError = CoherentDeviceAttributeTable.checksumError(in: bytes)
        let answer = Answer(
            mailbox: mailbox, source: origin, bytes: bytes.count,
            checksum: checksumError == nil ? "right" : "wrong", revision: Int(table.revision),
            sequence: Int(table.sequence),
            structures: table.structures.map { .init(structure: $0.shortName, description: $0.summary) })
        try show(answer)
        guard let checksumError else { return }
        Terminal.complain(checksumError)
        throw DoneAs.no
    }

    private func show(_ answer: Answer) throws {
        if control.json { return try Terminal.say(json: answer) }
        var lines = Table("STRUCTURE", "CONTENT")
        for entry in answer.structures { lines.add(entry.structure, entry.description) }
        Terminal.say(lines.text)
        let source = "source: \(answer.source)" + (output.map { "; written to \($0)" } ?? "")
        Terminal.say(
            "\n\(answer.bytes) bytes, revision \(answer.revision), checksum \(answer.checksum); \(source)")
    }

    private func fromDevice() throws -> ([UInt8], source: String) {
        var talk = try MailboxTalk(with: mailbox, options: control)
        var reader = CDATReader()
        while true {
            switch reader.next {
            case .ask(let request): try reader.take(try talk.get(request))
            case .done(let bytes): return (bytes, talk.source)
            }
        }
    }
}
