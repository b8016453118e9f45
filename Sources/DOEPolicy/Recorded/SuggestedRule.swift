internal import DOEWords

/// The narrowest rule that lets one kind of recorded exchange pass.
///
/// It names all that the record says of who asked, for what and where. A unit alone is no name: cron, ssh or a user's
/// manager run programs of several users, with more and with less privilege. Where one of these facts is unknown
/// there is no rule, since whoever differs in it would pass too.
public struct SuggestedRule: Hashable, Sendable, CustomStringConvertible {
    /// Why there is none.
    public struct Impossible: Error, Hashable, Sendable, CustomStringConvertible {
        /// One sentence without a full stop.
        public let description: String
    }

    private let rule: Rule

    /// The rule as it is written, in its canonical spelling.
    public var description: String { rule.description }

    /// Makes the rule: the object and what was asked of it; user, login, program, unit and container; mailbox and
    /// model of the device.
    ///
    /// It does not ask for driver and serial number, nor for production: they say how the device and the host were,
    /// and not who asked for what.
    public init(for recorded: RecordedInquiry) throws(Impossible) {
        let inquiry = recorded.inquiry
        guard inquiry.road == .proxy else {
            throw Impossible(description: "nobody asked for it, so no rule could let it pass")
        }
        guard inquiry.object != .compliance else { throw Impossible(description: "no rule opens compliance") }
        for fact in [UnrecordedFact.requestName, .carried] where recorded.lacking.contains(fact) {
            throw Impossible(description: "its record does not say \(fact)")
        }
        var conditions = [Self.condition(.object, inquiry.object.description)]
        if let name = inquiry.recordedName { conditions.append(try Self.named(.spdm, name)) }
        conditions += try Self.who(recorded)
        conditions.append(Self.condition(.mailbox, inquiry.mailbox.name.description))
        // Behind a remote mailbox there never is a device.
        if inquiry.mailbox.name.kind != .remote {
            conditions.append(try Self.exactly(.device, inquiry.mailbox.device.map(\.description)))
        }
        // What a lab has seen opens nothing in production.
        if inquiry.mode == .bringUp { conditions.append(Self.condition(.mode, inquiry.mode.rawValue)) }
        rule = Rule(verdict: .allow, conditions: conditions, taint: [], asksDevice: false, because: nil)
    }

    private static func who(_ recorded: RecordedInquiry) throws(Impossible) -> [RuleCondition] {
        for fact in [UnrecordedFact.unit, .exe, .container] where recorded.lacking.contains(fact) {
            throw Impossible(description: "its record does not have \(fact)")
        }
        let client = recorded.inquiry.client
        guard client.via == .known(.unix) else {
            throw Impossible(
                description: "whoever comes by TCP may be any program of any user: write a rule with via=tcp yourself "
                    + "where all of them are meant")
        }
        guard case .known(let uid) = client.uid else { throw Impossible(description: "nobody knows who asked") }
        return [
            try named(.uid, String(uid)), try exactly(.loginUID, client.loginUID.map { String($0) }),
            try exactly(.exe, client.exe), try unit(client.unit), try exactly(.container, client.container),
        ]
    }

    private static func unit(_ unit: Fact<String>) throws(Impossible) -> RuleCondition {
        guard case .known(let name) = unit, isLogin(name) else { return try exactly(.unit, unit) }
        let anyLogin: [RuleValue.Piece] = [.text(loginStart), .many, .text(loginEnd)]
        return RuleCondition(key: .unit, negated: false, value: .pattern(anyLogin))
    }

    private static let (loginStart, loginEnd) = ("session-", ".scope")

    /// The scope of a login: logind counts them up, so that each comes once. Of the same user and program any is
    /// meant.
    private static func isLogin(_ unit: String) -> Bool {
        guard unit.hasPrefix(loginStart), unit.hasSuffix(loginEnd) else { return false }
        let number = unit.dropFirst(loginStart.count).dropLast(loginEnd.count)
        return !number.isEmpty && number.allSatisfy { $0.isLetter || $0.isNumber }
    }

    /// Just this; of what does not exist, that it does not.
    private static func exactly(_ key: RuleKey, _ fact: Fact<String>) throws(Impossible) -> RuleCondition {
        switch fact {
        case .known(let name): return try named(key, name)
        case .none: return condition(key, "none")
        case .unknown:
            throw Impossible(
                description:
                    "nobody knows its \(key.word), and a rule that does not ask for it would let others pass too")
        }
    }

    /// A name that somebody else chose, or that another version wrote.
    private static func named(_ key: RuleKey, _ name: String) throws(Impossible) -> RuleCondition {
        guard name == name.printable else {
            throw Impossible(description: "the name of its \(key.word) has characters that cannot be shown")
        }
        if let obstacle = FactValue.obstacle(to: name, as: key.word) { throw Impossible(description: obstacle.problem) }
        return RuleCondition(key: key, negated: false, value: RuleValue(string: name))
    }

    private static func condition(_ key: RuleKey, _ value: String) -> RuleCondition {
        RuleCondition(key: key, negated: false, value: .pattern([.text(value)]))
    }
}
