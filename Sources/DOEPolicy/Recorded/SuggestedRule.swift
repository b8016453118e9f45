internal import DOEWords

/// The narrowest rule that lets one kind of recorded exchange pass.
public struct SuggestedRule: Hashable, Sendable, CustomStringConvertible {
    /// Why there is none.
    public struct Impossible: Error, Hashable, Sendable, CustomStringConvertible {
        /// One sentence without a full stop.
        public let description: String
    }

    private let rule: Rule

    /// The rule as it is written, in its canonical spelling.
    public var description: String { rule.description }

    /// Whether it asks which program it is. A rule that does refuses whoever's program is unknown, so it has to come after
    /// those that do not ask.
    public var asksForProgram: Bool { rule.conditions.contains { $0.key == .exe } }

    /// Makes the rule: the object and what was asked of it; the unit where there is a lasting one, else user and
    /// program; mailbox and device.
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
        if let name = inquiry.recordedName { conditions.append(Self.condition(.spdm, name)) }
        conditions += try Self.who(recorded)
        conditions.append(Self.condition(.mailbox, inquiry.mailbox.name.description))
        if case .known(let device) = inquiry.mailbox.device {
            conditions.append(Self.condition(.device, device.description))
        }
        rule = Rule(verdict: .allow, conditions: conditions, taint: [], asksDevice: false, because: nil)
    }

    private static func who(_ recorded: RecordedInquiry) throws(Impossible) -> [RuleCondition] {
        for fact in [UnrecordedFact.unit, .exe] where recorded.lacking.contains(fact) {
            throw Impossible(description: "its record does not have \(fact)")
        }
        let client = recorded.inquiry.client
        if client.via == .known(.tcp) { return [condition(.via, "tcp")] }
        // A scope is made anew with each login: no rule can name it.
        if case .known(let unit) = client.unit, !unit.hasSuffix(".scope") { return [try named(.unit, unit)] }
        guard case .known(let uid) = client.uid else { throw Impossible(description: "nobody knows who asked") }
        var conditions = [condition(.uid, String(uid))]
        if case .known(let exe) = client.exe { conditions.append(try named(.exe, exe)) }
        // What runs in a container is not what runs on the host, whatever its user id.
        if case .known(let container) = client.container { conditions.append(try named(.container, container)) }
        if client.unit == .none { conditions.append(condition(.unit, "none")) }
        return conditions
    }

    /// A name that somebody else chose.
    private static func named(_ key: RuleKey, _ name: String) throws(Impossible) -> RuleCondition {
        guard name == name.printable else {
            throw Impossible(description: "the name of its \(key.word) has characters that cannot be shown")
        }
        return RuleCondition(key: key, negated: false, value: RuleValue(string: name))
    }

    private static func condition(_ key: RuleKey, _ value: String) -> RuleCondition {
        RuleCondition(key: key, negated: false, value: .pattern([.text(value)]))
    }
}
