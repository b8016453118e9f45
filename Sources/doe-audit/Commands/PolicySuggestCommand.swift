internal import ArgumentParser
internal import DOELinux
internal import DOEReport
internal import DOEWords

struct PolicySuggestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: "The narrowest rules for what was refused or warned, as a file for review.",
        usage: "doe-audit policy suggest [--rules <DIR>] [--since <TIME>] [<options>]",
        discussion: """
            Each rule names all that is recorded of who asked, so that nobody passes who was not seen, and is proven on \
            the journal: it allows what it is for and changes no other verdict. There is none for compliance, for \
            malformed requests, where a fact is unknown, and for what was refused by others than the rules.

            Exit status 3 where no exchange is recorded in that time, or where not all that is recorded could be read: \
            the file says what was not.
            """)

    @OptionGroup var options: RulesOptions
    @OptionGroup(title: "Records") var trail: TrailOptions

    func run() throws {
        let reader = try trail.reader()
        let suggestions = try SuggestionBuilder.run(on: reader, under: try options.load(), at: .now) { file in
            try options.load(preceding: [file])
        }
        guard suggestions.exchanges > 0 else {
            throw NothingRecorded(in: reader, "there is nothing to suggest rules for", unread: suggestions.unread)
        }
        Terminal.say(options.json ? try ReportJSON.render(suggestions) : SuggestionText.render(suggestions))
        if !suggestions.isComplete { throw DoneAs.impossible }
    }
}
