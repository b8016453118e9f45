internal import ArgumentParser

/// The facts of a made-up request, one option for each key that rules have: but for `object`, which is the command's
/// own argument, and `until`, which asks for the time.
struct AskedFacts: ParsableArguments {
    @Option(help: ArgumentHelp("The mailbox; what this host knows of it is looked up.", visibility: .hidden))
    var mailbox: String?

    @Option(help: ArgumentHelp("The address of its function, where the mailbox is not named.", visibility: .hidden))
    var address: String?

    @Option(help: ArgumentHelp("The PCI vendor and device id: 10de:2330.", visibility: .hidden))
    var device: String?

    @Option(help: ArgumentHelp("The PCI class code: 030200.", visibility: .hidden))
    var pciClass: String?

    @Option(help: ArgumentHelp("The driver that is bound.", visibility: .hidden))
    var driver: String?

    @Option(help: ArgumentHelp("The device's serial number, as lspci prints it.", visibility: .hidden))
    var serial: String?

    @Option(help: ArgumentHelp("The client's user id.", visibility: .hidden))
    var uid: String?

    @Option(help: ArgumentHelp("The same by name.", visibility: .hidden))
    var user: String?

    @Option(help: ArgumentHelp("A group of the client's; may be told several times.", visibility: .hidden))
    var group: [String] = []

    @Option(help: ArgumentHelp("The user id of the client's login.", visibility: .hidden))
    var loginuid: String?

    @Option(help: ArgumentHelp("The client's system unit.", visibility: .hidden))
    var unit: String?

    @Option(help: ArgumentHelp("The client's program.", visibility: .hidden))
    var exe: String?

    @Option(help: ArgumentHelp("The client's container.", visibility: .hidden))
    var container: String?

    @Option(help: ArgumentHelp("How the client comes: unix or tcp.", visibility: .hidden))
    var via: String?

    @Option(help: ArgumentHelp("The road: proxy, kernel, bypass or passthrough.", visibility: .hidden))
    var road: String?

    @Option(help: ArgumentHelp("The host's mode: production or bring-up.", visibility: .hidden))
    var mode: String?

    @Option(name: .customLong("class"), help: ArgumentHelp("What the object must be.", visibility: .hidden))
    var objectClass: String?

    @Option(help: ArgumentHelp("An SPDM request, by its name.", visibility: .hidden))
    var spdm: String?

    @Option(help: ArgumentHelp("A compliance request, by its name.", visibility: .hidden))
    var compliance: String?

    /// What was told, by the words of rules.
    var told: [(key: String, value: String)] {
        let one = [
            ("mailbox", mailbox), ("address", address), ("device", device), ("pci-class", pciClass),
            ("driver", driver), ("serial", serial), ("uid", uid), ("user", user), ("loginuid", loginuid),
            ("unit", unit), ("exe", exe), ("container", container), ("via", via), ("road", road), ("mode", mode),
            ("class", objectClass), ("spdm", spdm), ("compliance", compliance),
        ]
        return one.compactMap { key, value in value.map { (key, $0) } } + group.map { ("group", $0) }
    }

    mutating func validate() throws {
        if uid != nil, user != nil { throw ValidationError("--uid and --user tell the same: leave one out") }
    }
}
