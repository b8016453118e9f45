internal import ArgumentParser

struct SPDMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spdm", abstract: "Who has the SPDM talk with a mailbox is told by 'doe-audit mailboxes'.",
        subcommands: [SPDMReleaseCommand.self])
}
