internal import DOEObjects
internal import DOEWords

/// Turns a line, read as a rule, into the requests that it stands for.
///
/// Every condition is a fact: one value, or a set of them, and then every combination is a request. What is not said of
/// a client does not exist; what is not said of the mailbox is unknown. The word `unknown` says that a fact could not be
/// learned.
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
        /// It could not be learned.
        var isUnknown = false
    }

    private static let unknown: [RuleValue.Piece] = [.text("unknown")]

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
        guard key != .until else {
            throw LineProblem(range, "a request does not end", remedy: "expectations are tried as of now: take it out")
        }
        if key.mayBeUnknown, let others = Self.others(than: Self.unknown, in: condition.value) {
            let unknown = Value(written: "\(key.word)=unknown", text: nil, isUnknown: true)
            guard !others.isEmpty else { return [unknown] }
            let known = RuleCondition(key: key, negated: false, value: .pattern([.set(others)]))
            return try [unknown] + values(known, range, &compiler)
        }
        // The values are checked as a rule's are.
        let compiled = try compiler.compile(condition, at: range)
        if let name = compiled.unknownNames.first {
            throw LineProblem(
                range, "there is no \(key.word) '\(name)' on this host", remedy: "mend it, or write the number")
        }
        if let path = compiled.paths.dead.first { throw LineProblem(range, path.problem, remedy: path.remedy) }
        var values: [Value] = []
        // In either case, as a rule's are.
        let alternatives = try? key.read(condition.value).alternatives(stopsAtSlash: false)
        for (index, glob) in (alternatives?.globs ?? []).enumerated() {
            guard let text = glob.literal else {
                throw LineProblem(
                    range, "'\(glob)' is no one value",
                    remedy: "an expectation is about one request: write it out, or a set")
            }
            let isQuoted = alternatives?.quoted.contains(index) == true
            let one = isQuoted ? RuleValue(written: text) : RuleValue(string: text)
            var value = Value(written: "\(key.word)=\(one)", text: text)
            if key == .user || key == .group || key == .uid || key == .loginUID {
                value.number = number(key, one, range, &compiler)
            }
            values.append(value)
        }
        if alternatives?.none == true { values.append(Value(written: "\(key.word)=none", text: nil)) }
        guard !values.isEmpty else {
            throw LineProblem(range, "a range is no one value", remedy: "write one number, or a set of them")
        }
        return values
    }

    /// A value's alternatives without this one; `nil` where it is not among them.
    private static func others(than one: [RuleValue.Piece], in value: RuleValue) -> [[RuleValue.Piece]]? {
        guard case .pattern(let pieces) = value else { return nil }
        if pieces == one { return [] }
        guard pieces.count == 1, case .set(let alternatives)? = pieces.first, alternatives.contains(one) else {
            return nil
        }
        return alternatives.filter { $0 != one }
    }

    private func number(
        _ key: RuleKey, _ value: RuleValue, _ range: Range<Int>, _ compiler: inout ConditionCompiler
    ) -> UInt32? {
        let one = RuleCondition(key: key, negated: false, value: value)
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
        try check(functionOf: inquiry.mailbox, isKnown: inquiry.isMailboxKnown, facts)
        describe(&inquiry.mailbox, facts)
        try checkTogether(inquiry.mailbox, isKnown: inquiry.isMailboxKnown)
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
            name: name, device: .unknown, pciClass: .unknown, driver: name.kind == .simulated ? .none : .unknown,
            serialNumber: .unknown)
    }

    /// Behind a remote mailbox is no function, and none of this host's drivers has a simulated one.
    private func check(functionOf mailbox: MailboxIdentity, isKnown: Bool, _ facts: Facts) throws(LineProblem) {
        guard isKnown, mailbox.name.address == nil else { return }
        let absent: [RuleKey] = mailbox.name.kind == .remote ? [.device, .pciClass, .driver, .serial] : [.driver]
        for key in absent where facts[key]?.text != nil {
            throw LineProblem(
                place.statement, "the mailbox \(mailbox.name) has no \(key.word)", remedy: "leave it out")
        }
    }

    /// A PCI function has a device and a class, and what lacks one of them is none.
    private func checkTogether(_ mailbox: MailboxIdentity, isKnown: Bool) throws(LineProblem) {
        guard let lacked = mailbox.lackedOfFunction else { return }
        if isKnown, mailbox.name.address != nil {
            throw LineProblem(
                place.statement, "the PCI function of \(mailbox.name) has a \(lacked.word)",
                remedy: "leave that out, or say which")
        }
        guard let had = mailbox.keysKnown.first else { return }
        throw LineProblem(
            place.statement, "what has no \(lacked.word) is no PCI function, and has no \(had.word)",
            remedy: "leave one of the two out")
    }

    private func describe(_ mailbox: inout MailboxIdentity, _ facts: Facts) {
        if let value = facts[.device] { mailbox.device = Self.fact(value) { PCIDeviceID($0) } }
        if let value = facts[.driver] { mailbox.driver = Self.fact(value) { $0 } }
        if let value = facts[.serial] {
            mailbox.serialNumber = Self.fact(value) { MailboxIdentity.serialNumber(of: $0) }
        }
        if let value = facts[.pciClass] {
            mailbox.pciClass = Self.fact(value) { UInt32(lowercaseHex: $0, digits: 6...6) }
        }
    }

    private static func fact<Known>(_ value: Value?, _ parse: (String) -> Known?) -> Fact<Known> {
        if value?.isUnknown == true { return .unknown }
        return value?.text.flatMap(parse).map(Fact.known) ?? .none
    }

    private static func number(_ value: Value?) -> Fact<UInt32> {
        value?.isUnknown == true ? .unknown : value?.number.map(Fact.known) ?? .none
    }

    private func client(_ facts: Facts, _ road: Road) throws(LineProblem) -> Client {
        let via: Fact<Client.Transport> =
            facts[.via].map { Self.fact($0) { Client.Transport(rawValue: $0) } }
            ?? (road == .proxy ? .known(.unix) : .none)
        let names: [RuleKey] = [.uid, .user, .group, .loginUID, .unit, .exe, .container]
        let named = names.first { facts[$0].map { $0.text != nil || $0.isUnknown } == true }
        if via == .known(.tcp), let named {
            throw LineProblem(
                place.statement, "a TCP client has no \(named.word)", remedy: "nobody vouches for it: leave it out")
        }
        if road == .kernel, let named {
            throw LineProblem(
                place.statement, "on the kernel's road nobody asks who has a \(named.word)",
                remedy: "leave it out, or name another road")
        }
        // By a socket one comes on the proxy's road, and on every other without one.
        guard (road == .proxy) != (via == .none) else {
            throw LineProblem(
                place.statement, "nobody comes by the road \(road) with via=\(via)",
                remedy: "write via=unix or via=tcp for road=proxy, and leave it out for every other")
        }
        if via == .known(.unix), facts[.uid] == nil, facts[.user] == nil {
            throw LineProblem(place.statement, "it is not said who asks", remedy: "write uid=1000, or via=tcp")
        }
        let uid = facts[.uid] ?? facts[.user]
        guard via != .known(.unix) || Self.number(uid) != .none else {
            throw LineProblem(
                place.statement, "whoever comes by a Unix socket has a uid",
                remedy: "write one; none has who comes with via=tcp, and what road=kernel does")
        }
        // Whoever has a uid has groups; which, only the line can say.
        let groups = facts[.group].map { Self.number($0).map { [$0] } } ?? Self.number(uid).map { _ in [] }
        return Client(
            via: via, pid: .none, uid: Self.number(uid), groups: groups, loginUID: Self.number(facts[.loginUID]),
            session: .none, exe: Self.fact(facts[.exe]) { $0 }, unit: Self.fact(facts[.unit]) { $0 },
            container: Self.fact(facts[.container]) { $0 }, parent: .none)
    }

    /// Puts in a request of the name that was said.
    private func fill(_ inquiry: inout Inquiry, _ facts: Facts) throws(LineProblem) {
        for key in [RuleKey.spdm, .compliance] {
            guard let name = facts[key]?.text else { continue }
            guard inquiry.ask(name, as: key) else {
                throw LineProblem(
                    place.statement, "\(inquiry.object) has no one request '\(name)'",
                    remedy: key == .spdm ? Inquiry.spdmRemedy : "compliance= is for 1e98:00")
            }
        }
        guard let command = inquiry.outOfBand, inquiry.road != .proxy else { return }
        throw LineProblem(
            place.statement,
            "\(command.name) is a command of the proxy's socket, and none comes by the road \(inquiry.road)",
            remedy: "take the road out")
    }
}

extension RuleKey {
    /// Whether a fact of this kind can be such that nobody could learn it.
    fileprivate var mayBeUnknown: Bool {
        switch self {
        case .mailbox, .device, .pciClass, .driver, .serial, .uid, .user, .group, .loginUID, .unit, .exe, .container,
            .via:
            true
        case .object, .objectClass, .road, .mode, .address, .spdm, .compliance, .until: false
        }
    }
}

extension MailboxIdentity {
    /// What every PCI function has, and this one is said not to have.
    var lackedOfFunction: RuleKey? { device == .none ? .device : pciClass == .none ? .pciClass : nil }

    /// What is known of its function.
    fileprivate var keysKnown: [RuleKey] {
        [
            device.value == nil ? nil : RuleKey.device, pciClass.value == nil ? nil : .pciClass,
            driver.value == nil ? nil : .driver, serialNumber.value == nil ? nil : .serial,
        ].compactMap(\.self)
    }
}
