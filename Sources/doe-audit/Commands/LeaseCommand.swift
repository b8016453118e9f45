internal import ArgumentParser

struct LeaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lease",
        abstract: "Release one mailbox for compliance objects, on a bring-up host, for a stated user, reason and time.",
        subcommands: [LeaseStartCommand.self, LeaseEndCommand.self, LeaseListCommand.self],
        defaultSubcommand: LeaseListCommand.self)
}
