internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords
internal import PCIConfig

/// A request that nobody sends, described by options: what is asked, of which mailbox, and who asks.
struct AskedRequest: ParsableArguments {
    @Option(
        help: ArgumentHelp("An SPDM request: GET_MEASUREMENTS, TDISP, and so on.", valueName: "NAME"))
    var spdm: String?

    @Option(help: ArgumentHelp("A compliance request: inject-link-poison.", valueName: "NAME"))
    var compliance: String?

    @Option(
        help: ArgumentHelp(
            "Any request: its payload behind the header.", valueName: "HEX"))
    var data: String?

    @Option(help: "The mailbox; its function is read from sysfs.")
    var mailbox: String?

    @Option(help: ArgumentHelp("The client's user id.", valueName: "N"))
    var uid: UInt32?

    @Option(help: ArgumentHelp("The client's system unit.", valueName: "U"))
    var unit: String?

    @Option(help: ArgumentHelp("The client's program.", valueName: "P"))
    var exe: String?

    @Option(help: ArgumentHelp("More: container=web1, loginuid=1000, serial=...", valueName: "KEY=VALUE"))
    var fact: [String] = []

    @Option(help: ArgumentHelp("How the client comes: unix or tcp.", valueName: "WAY"))
    var via: String?

    @Option(help: ArgumentHelp("As if it were this time, as until= takes it.", valueName: "TIME"))
    var at: String?

    @Option(help: ArgumentHelp("As if in this mode: production or bring-up.", valueName: "MODE"))
    var mode: String?

    @Flag(help: "As if the mailbox were leased to whoever asks.")
    var leased = false

    @Flag(help: "As if the host were permissive.")
    var permissive = false

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot: String?

    /// Whether anything was said.
    var isGiven: Bool {
        [spdm, compliance, data, mailbox, unit, exe, at, via, mode, sysfsRoot].contains { $0 != nil }
            || uid != nil || !fact.isEmpty || permissive || leased
    }

    /// What becomes of refusals.
    var enforcement: Enforcement { permissive ? .permissive : .enforcing }

    mutating func validate() throws {
        guard [spdm, compliance, data].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("a request is told by one of --spdm, --compliance and --data")
        }
        if via == "tcp", uid != nil || unit != nil || exe != nil {
            throw ValidationError("nobody vouches for a TCP client: leave --uid, --unit and --exe out")
        }
        if leased, mode != Mode.bringUp.rawValue || via == "tcp" {
            throw ValidationError("a lease is for a user or a unit, and there is one with --mode bring-up alone")
        }
    }

    /// The question, about an object.
    func inquiry(about object: String) throws -> Inquiry {
        guard let id = ObjectID(object) else {
            throw WrongUse(
                "'\(object)' is no object", "objects look like 1e98:02, four and two lower-case hexadecimal digits")
        }
        let (client, mode) = (try client(), try hostMode())
        var inquiry =
            if let mailbox = try identity() {
                Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: mode, object: id)
            } else {
                Inquiry(road: .proxy, client: client, mode: mode, object: id)
            }
        inquiry.time = .known(try time())
        for fact in fact { try AskedFact(fact).put(into: &inquiry) }
        try put(into: &inquiry)
        return leased ? inquiry.assumingLease() : inquiry
    }

    private func put(into inquiry: inout Inquiry) throws {
        if let spdm, !inquiry.ask(spdm: spdm) {
            throw WrongUse("\(inquiry.object) has no one SPDM request '\(spdm)'", Inquiry.spdmRemedy)
        }
        if let compliance, !inquiry.ask(compliance: compliance) {
            throw WrongUse(
                "\(inquiry.object) has no compliance request '\(compliance)'",
                "the object is 1e98:00, and docs/rules.md has the names")
        }
        if let data { inquiry.request = try DataObject(inquiry.object, hexadecimal: data) }
    }

    private func client() throws -> Client {
        for (word, value) in [("uid", uid.map(String.init)), ("unit", unit), ("exe", exe)] {
            if let obstacle = value.flatMap({ FactValue.obstacle(to: $0, as: word) }) {
                throw WrongUse(obstacle.problem, obstacle.remedy ?? "leave it out")
            }
        }
        if let exe, let obstacle = HostNames().obstacle(toProgramAt: exe) {
            throw WrongUse(obstacle.problem, obstacle.remedy ?? "leave it out")
        }
        if let unit, let own = HostUnits.unit(behind: unit) {
            throw WrongUse("no process runs in '\(unit)': it is another name of '\(own)'", "write \(own)")
        }
        switch via {
        case nil, "unix":
            let uid = uid ?? AccountDatabase.effectiveUserID
            return Client(
                via: .known(.unix), pid: .none, uid: .known(uid), groups: AccountDatabase.groups(ofUser: uid),
                loginUID: .none, session: .none, exe: exe.map(Fact.known) ?? .none, unit: unit.map(Fact.known) ?? .none,
                container: .none, parent: .none)
        case "tcp":
            return Client(
                via: .known(.tcp), pid: .none, uid: .none, groups: .none, loginUID: .none, session: .none, exe: .none,
                unit: .none, container: .none, parent: .none)
        case let other?: throw WrongUse("'\(other)' is no way to come", "--via takes unix or tcp")
        }
    }

    private func time() throws -> Timestamp {
        guard let at else { return .now }
        guard let time = Timestamp(rfc3339: at) else {
            throw WrongUse("'\(at)' is no time", "--at takes RFC 3339: 2027-01-31T18:00:00Z, or a date")
        }
        return time
    }

    private func hostMode() throws -> Mode {
        guard let mode else { return .production }
        guard let known = Mode(rawValue: mode) else {
            throw WrongUse("'\(mode)' is no mode", "--mode takes production or bring-up")
        }
        return known
    }

    private func identity() throws -> MailboxIdentity? {
        guard let mailbox else { return nil }
        guard let name = MailboxName(mailbox) else {
            throw WrongUse(
                "'\(mailbox)' is no mailbox name",
                "names look like 0000:0d:00.0@190 or sim:cxl; see: doe-audit mailboxes")
        }
        guard let address = name.address else {
            // What a simulated function is, only the daemon knows; behind a remote mailbox there is no device.
            guard name.kind == .simulated else { return MailboxIdentity(name: name) }
            return MailboxIdentity(
                name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
        }
        let function = PCIHost(sysfsRoot: sysfsRoot ?? "/sys").function(address)
        guard function.isPresent else {
            throw NoSuchFunction(
                problem: "there is no PCI function \(address) on this host", remedy: "see: doe-audit mailboxes --scan")
        }
        return MailboxIdentity(
            name: name, device: function.device, pciClass: function.classCode, driver: function.driver,
            serialNumber: .unknown)
    }
}
