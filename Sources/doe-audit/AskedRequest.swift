internal import ArgumentParser
internal import DOEConfiguration
internal import DOEControl
internal import DOELinux
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords

/// A request that nobody sends, described by options: what is asked, of which mailbox, and who asks.
struct AskedRequest: ParsableArguments {
    @OptionGroup var facts: AskedFacts

    @Option(
        help: ArgumentHelp(
            "The request, by its payload behind the header.", valueName: "HEX"))
    var data: String?

    @Option(help: ArgumentHelp("As if it were this time, as until= takes it.", valueName: "TIME"))
    var at: String?

    @Flag(help: "As if the mailbox were leased to whoever asks.")
    var leased = false

    @Flag(help: "As if the host were permissive.")
    var permissive = false

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot: String?

    @Option(help: ArgumentHelp("The daemon's runtime directory.", valueName: "DIR"))
    var runtimeDirectory: String?

    /// Whether anything was said.
    var isGiven: Bool {
        [data, at, sysfsRoot, runtimeDirectory].contains { $0 != nil } || !facts.told.isEmpty || permissive || leased
    }

    /// What becomes of refusals.
    var enforcement: Enforcement { permissive ? .permissive : .enforcing }

    mutating func validate() throws {
        guard [facts.spdm, facts.compliance, data].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("a request is told by one of --spdm, --compliance and --data")
        }
        if leased, facts.mode != Mode.bringUp.rawValue || facts.via == Client.Transport.tcp.rawValue {
            throw ValidationError("a lease is for a user or a unit, and there is one with --mode bring-up alone")
        }
    }

    /// The question, about an object, and what this host knows of the mailbox where one was named.
    func question(about object: String) throws -> (Question, KnownMailbox?) {
        var question = try read(object)
        let known = question.namedMailbox.map {
            KnownMailbox(
                $0, runtimeDirectory: runtimeDirectory ?? ControlInterface.defaultRuntimeDirectory,
                sysfsRoot: sysfsRoot ?? "/sys")
        }
        if let known { question.learn(known.identity) }
        if facts.group.isEmpty, case .known(let uid) = question.inquiry.client.uid {
            question.learn(groups: AccountDatabase.groups(ofUser: uid))
        }
        question.inquiry.time = .known(try time())
        if let data { question.ask(try DataObject(question.inquiry.object, hexadecimal: data)) }
        if leased { try assumeLease(&question, known) }
        return (question, known)
    }

    private func assumeLease(_ question: inout Question, _ known: KnownMailbox?) throws {
        guard known?.isOfVirtualFunction != true else {
            throw WrongUse(
                "there could be no lease: it is a mailbox of a virtual function, and a lease is one of the whole device",
                "name a mailbox of its physical function")
        }
        do throws(Obstacle) {
            try question.assumeLease()
        } catch {
            throw WrongUse(error.problem, error.remedy)
        }
    }

    private func read(_ object: String) throws -> Question {
        if let unit = facts.unit, let own = HostUnits.unit(behind: unit) {
            throw WrongUse("no process runs in '\(unit)': it is another name of '\(own)'", "write \(own)")
        }
        do throws(Obstacle) {
            return try Question.told([("object", object)] + facts.told + asker, resolver: HostNames())
        } catch {
            throw WrongUse(error.problem, error.remedy)
        }
    }

    /// You, where nobody else was named and somebody asks at all.
    private var asker: [(key: String, value: String)] {
        let isNobody = facts.via == Client.Transport.tcp.rawValue || facts.road == Road.kernel.rawValue
        guard facts.uid == nil, facts.user == nil, !isNobody else { return [] }
        return [("uid", "\(AccountDatabase.effectiveUserID)")]
    }

    private func time() throws -> Timestamp {
        guard let at else { return .now }
        guard let time = Timestamp(rfc3339: at) else {
            throw WrongUse("'\(at)' is no time", "--at takes RFC 3339: 2027-01-31T18:00:00Z, or a date")
        }
        return time
    }
}
