internal import ArgumentParser
internal import DOELinux
internal import DOEPolicy
internal import DOEWords

struct PolicyFormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Print a file of rules or expectations in its canonical form.",
        discussion: """
            One blank between words, conditions as they stand, taint before because, comments kept. The file itself is \
            not changed. With --check only the name of a file that has another form is printed, and the exit status is 1.
            """)

    @Argument(help: ArgumentHelp("The file; - for standard input.", valueName: "file"))
    var path: String

    @Flag(help: "Print only the name of a file that has another form.")
    var check = false

    func run() throws {
        let bytes = try read()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WrongUse("\(path) is not UTF-8 text", "save it as UTF-8")
        }
        do {
            let canonical = try RuleFile(path: path, text: text).canonicalText()
            guard check else {
                // Its own last line end is there already.
                return Terminal.say(canonical.hasSuffix("\n") ? String(canonical.dropLast()) : canonical)
            }
            if Array(canonical.utf8) != bytes {
                Terminal.say(Terminal.safe(path))
                throw DoneAs.no
            }
        } catch let error as PolicyError {
            StandardStream.error.say(Terminal.safe(error.description))
            throw DoneAs.wrongUse
        }
    }

    private func read() throws -> [UInt8] {
        do throws(LinuxError) {
            return try WholeFile.read(path == "-" ? "/dev/stdin" : path, limit: RuleLimits.fileBytes)
        } catch {
            let absent = "name a file of rules or expectations, or - for standard input"
            throw Obstacle(error.problem, remedy: error.remedy(forReading: path, absent: absent))
        }
    }
}
