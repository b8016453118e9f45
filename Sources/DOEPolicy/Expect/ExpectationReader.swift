internal import DOEObjects
internal import DOEWords

/// Turns a line, read as a rule, into the requests that it stands for.
///
/// Every condition is a fact: one value, or a set of them, and then every combination is a request. What is not said of
/// a client does not exist; what is not said of the mailbox is unknown.
struct ExpectationReader {
    private let rule: Rule
    private let place: RuleDocument.Place

    init(rule: Rule, place: RuleDocument.Place) {
        self.rule = rule
        self.place = place
    }

    /// One fact: the text, `nil` for none, and the number of a user or group.
    private struct Value {
        let written: String
        let text: String?
        var number: UInt32?
    }

    private typealias Facts = [RuleKey: Value]

    /// The requests.
    mutating func requests(_ compiler: inout ConditionCompiler) throws(LineProblem) -> [ExpectedRequest] {
        var combinations: [Facts] = [[:]]
        for (condition, range) in zip(rule.conditions, place.values) {
            let values = try values(condition, range, &compiler)
            guard combinations.count * values.count <= RuleLimits.alternatives else {
                throw LineProblem(
                    range, "the sets stand for more than \(RuleLimits.alternatives) requests",
                    remedy: "write several lines")
            }
            combinations = combinations.flatMap { facts in
                values.map { value in facts.merging([condition.key: value]) { _, new in new } }
            }
        }
        var requests: [ExpectedRequest] = []
        for facts in combinations { requests.append(try request(facts)) }
        return requests
    }

    private func values(
        _ condition: RuleCondition, _ range: Range<Int>, _ compiler: inout ConditionCompiler
    ) throws(LineProblem) -> [Value] {
        let key = condition.key
        guard !condition.negated else {
            throw LineProblem(
                range, "'!=' says no fact", remedy: "an expectation is about one request: write \(key.word)=…")
        }
        guard key != .address else {
            throw LineProblem(range, "an address is part of a mailbox's name", remedy: "write mailbox=0000:0d:00.0@190")
        }
        // The values are checked as a rule's are.
        let compiled = try compiler.compile(condition, at: range)
        if let name = compiled.unknownNames.first {
            throw LineProblem(
                range, "there is no \(key.word) '\(name)' on this host", remedy: "mend it, or write the number")
        }
        var values: [Value] = []
        let alternatives = try? condition.value.alternatives(stopsAtSlash: false)
        for glob in alternatives?.globs ?? [] {
            guard let text = glob.literal else {
                throw LineProblem(
                    range, "'\(glob)' is no one value",
                    remedy: "an expectation is about one request: write it out, or a set")
            }
            var value = Value(written: "\(key.word)=\(RuleValue(string: text))", text: text)
            if key == .user || key == .group || key == .uid { value.number = number(key, text, range, &compiler) }
            values.append(value)
        }
        if alternatives?.none == true { values.append(Value(written: "\(key.word)=none", text: nil)) }
        guard !values.isEmpty else {
            throw LineProblem(range, "a range is no one value", remedy: "write one number, or a set of them")
        }
        return values
    }

    private func number(
        _ key: RuleKey, _ text: String, _ range: Range<Int>, _ compiler: inout ConditionCompiler
    ) -> UInt32? {
        let one = RuleCondition(key: key, negated: false, value: RuleValue(string: text))
        guard let result = try? compiler.compile(one, at: range), case .numbers(let numbers) = result.condition.test
        else {
            return nil
        }
        return numbers.exact.first
    }
}

// MARK: The request

extension ExpectationReader {
    private func request(_ facts: Facts) throws(LineProblem) -> ExpectedRequest {
        guard let object = facts[.object]?.text.flatMap({ ObjectID($0) }) else {
            throw LineProblem(place.statement, "the object is missing", remedy: "write object=1e98:02")
        }
        let road = facts[.road]?.text.flatMap { Road(rawValue: $0) } ?? .proxy
        let mode = facts[.mode]?.text.flatMap { Mode(rawValue: $0) } ?? .production
        let client = try client(facts, road)
        var inquiry = Inquiry(road: road, client: client, mode: mode, object: object)
        if let name = facts[.mailbox]?.text.flatMap({ MailboxName($0) }) {
            inquiry = Inquiry(
                road: road, mailbox: Self.mailbox(named: name), client: client, mode: mode, object: object)
        }
        describe(&inquiry.mailbox, facts)
        try fill(&inquiry, facts)
        let words = rule.conditions.compactMap { facts[$0.key]?.written }.joined(separator: " ")
        return ExpectedRequest(
            inquiry: inquiry, objectClass: facts[.objectClass]?.text.flatMap { ObjectClass(rawValue: $0) }, words: words
        )
    }

    private static func mailbox(named name: MailboxName) -> MailboxIdentity {
        // Behind a remote mailbox there is no function.
        guard name.kind != .remote else { return MailboxIdentity(name: name) }
        return MailboxIdentity(
            name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
    }

    private func describe(_ mailbox: inout MailboxIdentity, _ facts: Facts) {
        if let value = facts[.device] { mailbox.device = Self.fact(value.text.flatMap { PCIDeviceID($0) }) }
        if let value = facts[.driver] { mailbox.driver = Self.fact(value.text) }
        if let value = facts[.pciClass] {
            mailbox.pciClass = Self.fact(value.text.flatMap { UInt32(lowercaseHex: $0, digits: 6...6) })
        }
    }

    private static func fact<Value>(_ value: Value?) -> Fact<Value> { value.map(Fact.known) ?? .none }

    private func client(_ facts: Facts, _ road: Road) throws(LineProblem) -> Client {
        let via: Fact<Client.Transport> =
            facts[.via].map { Self.fact($0.text.flatMap { Client.Transport(rawValue: $0) }) }
            ?? (road == .proxy ? .known(.unix) : .none)
        let names: [RuleKey] = [.uid, .user, .group, .unit, .exe]
        if via == .known(.tcp), let named = names.first(where: { facts[$0]?.text != nil }) {
            throw LineProblem(
                place.statement, "a TCP client has no \(named.word)", remedy: "nobody vouches for it: leave it out")
        }
        if via == .known(.unix), facts[.uid] == nil, facts[.user] == nil {
            throw LineProblem(place.statement, "it is not said who asks", remedy: "write uid=1000, or via=tcp")
        }
        let uid = facts[.uid] ?? facts[.user]
        let groups: Fact<[UInt32]> = Self.fact(facts[.group]?.number.map { [$0] } ?? (uid?.number).map { _ in [] })
        return Client(
            via: via, pid: .none, uid: Self.fact(uid?.number), groups: groups, loginUID: .none, session: .none,
            exe: Self.fact(facts[.exe]?.text), unit: Self.fact(facts[.unit]?.text), container: .none, parent: .none)
    }

    /// Puts in a request of the name that was said.
    private func fill(_ inquiry: inout Inquiry, _ facts: Facts) throws(LineProblem) {
        let object = inquiry.object
        if let name = facts[.spdm]?.text {
            if object == .spdm,
                let command = OutOfBandRequest.Kind.allCases.map({ OutOfBandRequest($0) }).first(where: {
                    $0.name == name
                })
            {
                inquiry.outOfBand = command
            } else {
                inquiry.request = DataObject(spdmRequest: name, in: object)
            }
            try check(inquiry, name, .spdm)
        }
        if let name = facts[.compliance]?.text {
            inquiry.request = object == .compliance ? DataObject(complianceRequest: name) : nil
            try check(inquiry, name, .compliance)
        }
    }

    private func check(_ inquiry: Inquiry, _ name: String, _ key: RuleKey) throws(LineProblem) {
        guard inquiry.request == nil, inquiry.outOfBand == nil else { return }
        throw LineProblem(
            place.statement, "\(inquiry.object) has no one request '\(name)'",
            remedy: key == .spdm
                ? "what is encrypted is opaque, and VENDOR_DEFINED_REQUEST stands for many: write TDISP, or PCI-SIG.10de"
                : "compliance= is for 1e98:00")
    }
}
