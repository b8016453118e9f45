internal import DOEObjects
internal import DOEWords

/// What an untold fact may be, as far as some rules tell it apart: of all values for which the same conditions hold,
/// one.
struct FactChoices {
    /// Conditions on the fact, of the rules that may still match.
    let conditions: [CompiledCondition]
    /// What has been found for other questions, and then for this one too.
    private(set) var search: TextSearch

    init(conditions: [CompiledCondition], search: TextSearch) {
        self.conditions = conditions
        self.search = search
    }

    /// The question with each; `nil` where there are too many.
    mutating func choices(of key: RuleKey, in question: Question) -> [Question]? {
        switch key {
        case .mailbox, .address: mailboxes(question)
        case .device:
            texts(key).map { told(question, key, $0) { $0.mailbox.device = Self.fact($1) { PCIDeviceID($0) } } }
        case .pciClass:
            texts(key).map {
                told(question, key, $0) { inquiry, text in
                    inquiry.mailbox.pciClass = Self.fact(text) { UInt32(lowercaseHex: $0, digits: 6...6) }
                }
            }
        case .driver: texts(key).map { told(question, key, $0) { $0.mailbox.driver = Self.fact($1) { $0 } } }
        case .serial:
            texts(key).map { texts in
                told(question, key, question.isLeased ? texts.filter { $0 != nil } : texts) { inquiry, text in
                    inquiry.mailbox.serialNumber = Self.fact(text) { MailboxIdentity.serialNumber(of: $0) }
                }
            }
        case .unit: texts(key).map { told(question, key, $0) { $0.client.unit = Self.fact($1) { $0 } } }
        case .exe: texts(key).map { told(question, key, $0) { $0.client.exe = Self.fact($1) { $0 } } }
        case .container: texts(key).map { told(question, key, $0) { $0.client.container = Self.fact($1) { $0 } } }
        case .uid, .user: users(question)
        case .loginUID:
            numbers.map { told(question, key, [nil] + $0) { $0.client.loginUID = $1.map(Fact.known) ?? .none } }
        case .group: groups(question)
        case .spdm, .compliance: requests(key, question)
        case .until: told(question, key, times(from: question.earliest)) { $0.time = .known($1) }
        case .object, .objectClass, .road, .mode, .via: [question]
        }
    }

    private func told<Value>(
        _ question: Question, _ key: RuleKey, _ values: [Value], _ put: (inout Inquiry, Value) -> Void
    ) -> [Question] {
        values.map { value in
            var question = question
            question.untold &= ~key.bit
            put(&question.inquiry, value)
            return question
        }
    }

    private static func fact<Value>(_ text: String?, _ parse: (String) -> Value?) -> Fact<Value> {
        text.flatMap(parse).map(Fact.known) ?? .none
    }
}

// MARK: Texts

extension FactChoices {
    /// `nil` among them is what does not exist.
    private mutating func texts(_ key: RuleKey) -> [String?]? {
        // Of the right form, and nothing's: each is a pattern of its own, so that it stands for no other text.
        let never = key.neverTexts.map { Glob(literal: $0, stopsAtSlash: key == .exe) }
        return witnesses(globs(of: key) + never, key).map { found in
            [nil] + found.filter { !key.neverTexts.contains($0) }.map(Optional.some)
        }
    }

    private func globs(of key: RuleKey) -> [Glob] {
        conditions.flatMap { condition -> [Glob] in
            guard condition.key == key else { return [] }
            switch condition.test {
            case .texts(let texts), .names(let texts):
                return texts.exact.map { Glob(literal: $0.string, stopsAtSlash: key == .exe) } + texts.globs
            default: return []
            }
        }
    }

    private mutating func witnesses(_ globs: [Glob], _ key: RuleKey) -> [String]? {
        witnesses(globs, key, of: key.shapes)
    }

    private mutating func witnesses(_ globs: [Glob], _ key: RuleKey, of shapes: [ValueShape]) -> [String]? {
        search.find(globs, of: shapes, key)
    }

    /// Names of mailboxes, told apart by conditions on their addresses too.
    private mutating func mailboxes(_ question: Question) -> [Question]? {
        if question.inquiry.isAddressKnown {
            guard let address = question.inquiry.mailbox.name.address else { return mailboxesWithoutAddress(question) }
            return mailboxes(of: address, question)
        }
        let behind = [Glob.Element(UInt8(ascii: "@")), Glob.many]
        let addresses = globs(of: .address).map { Glob(elements: $0.elements + behind, stopsAtSlash: false) }
        return witnesses(globs(of: .mailbox) + addresses + Self.kinds, .mailbox)?.compactMap { name in
            MailboxName(name).flatMap { put($0, into: question) }
        }
    }

    private static let kinds = ["sim:", "remote:"].map { kind in
        Glob(elements: kind.utf8.map { Glob.Element($0) } + [Glob.many], stopsAtSlash: false)
    }

    private mutating func mailboxesWithoutAddress(_ question: Question) -> [Question]? {
        witnesses(globs(of: .mailbox) + Self.kinds, .mailbox)?.compactMap { name in
            MailboxName(name).flatMap { $0.address == nil ? put($0, into: question) : nil }
        }
    }

    /// Those of one function: they are few enough to try each.
    private func mailboxes(of address: FunctionAddress, _ question: Question) -> [Question] {
        let globs = globs(of: .mailbox)
        var seen: Set<[Bool]> = []
        return stride(from: Question.firstOffset, through: 0xfe8, by: 4).compactMap { offset in
            let name = MailboxName.real(address, offset: offset)
            guard seen.insert(globs.map { $0.matches(name.description) }).inserted else { return nil }
            return put(name, into: question)
        }
    }

    /// `nil` where what was told of the mailbox's function is not so of this one.
    func put(_ name: MailboxName, into question: Question) -> Question? {
        var question = question
        question.untold &= ~(RuleKey.mailbox.bit | RuleKey.address.bit)
        // Behind a remote mailbox there is no function, and none of this host's drivers has a simulated one.
        if name.kind == .remote { question.learn(MailboxIdentity(name: name)) }
        if name.kind == .simulated { question.learnNoDriver() }
        let known = question.inquiry.mailbox
        let mailbox = MailboxIdentity(
            name: name, device: known.device, pciClass: known.pciClass, driver: known.driver,
            serialNumber: known.serialNumber)
        guard name.kind != .remote || mailbox == MailboxIdentity(name: name) else { return nil }
        guard name.kind != .simulated || mailbox.driver.value == nil else { return nil }
        question.inquiry.mailbox = mailbox
        question.inquiry.isMailboxKnown = true
        question.inquiry.isAddressKnown = true
        return question
    }
}

// MARK: Numbers and times

extension FactChoices {
    private static let testLimit = 4_096
    /// Every set of them is tried.
    private static let groupLimit = 8

    private var tests: [ConditionTest.Numbers] {
        conditions.compactMap { if case .numbers(let numbers) = $0.test { numbers } else { nil } }
    }

    /// The numbers that are told apart; the last one stands for nobody.
    var numbers: [UInt32]? {
        var points: Set<UInt32> = [0]
        for test in tests {
            for number in test.exact { points.formUnion([number, number &+ 1]) }
            if let range = test.range { points.formUnion([range.lowerBound, range.upperBound &+ 1]) }
        }
        points.remove(.max)
        guard points.count * max(1, tests.count) <= Self.testLimit * 64, points.count <= Self.testLimit else {
            return nil
        }
        var seen: Set<[Bool]> = []
        return points.sorted().filter { point in seen.insert(tests.map { $0.matches(point) }).inserted }
    }

    private func users(_ question: Question) -> [Question]? {
        // Whoever connects to a Unix socket has a number.
        let hasNumber = question.inquiry.client.via == .known(.unix)
        return numbers.map { numbers in
            told(question, .uid, (hasNumber ? [] : [nil]) + numbers.map(Optional.some)) { inquiry, uid in
                inquiry.client.uid = uid.map(Fact.known) ?? .none
            }.map { chosen in
                var chosen = chosen
                chosen.untold &= ~RuleKey.user.bit
                if chosen.inquiry.client.uid == .none, chosen.untold & RuleKey.group.bit != 0 {
                    chosen.learn(groups: .none)
                }
                return chosen
            }
        }
    }

    private func groups(_ question: Question) -> [Question]? {
        guard let numbers, numbers.count <= Self.groupLimit else { return nil }
        let sets = (0..<1 << numbers.count).map { set in
            numbers.indices.filter { set & 1 << $0 != 0 }.map { numbers[$0] }
        }
        return told(question, .group, sets) { $0.client.groups = .known($1) }
    }

    /// Before all ends that are to come, and from each of these on.
    private func times(from earliest: Timestamp) -> [Timestamp] {
        let ends = conditions.compactMap { if case .time(let end) = $0.test, end > earliest { end } else { nil } }
        return [earliest] + Set(ends).sorted { $0.microseconds < $1.microseconds }
    }
}

// MARK: Requests

extension FactChoices {
    /// A request of each name that has one, of the codes without a name and of what vendors define.
    private mutating func requests(_ key: RuleKey, _ question: Question) -> [Question]? {
        let globs = globs(of: key)
        guard let bodies = key == .spdm ? bodies(globs) : [] else { return nil }
        let codes = key == .spdm ? RuleKey.unnamedSPDMCodes : RuleKey.unnamedComplianceCodes
        let names = key.requestNames + codes.flatMap { toldApart($0, by: globs, key) } + bodies
        return names.compactMap { name in
            var question = question
            guard question.inquiry.ask(name, as: key) else { return nil }
            question.untold &= ~(RuleKey.spdm.bit | RuleKey.compliance.bit)
            return question
        }
    }

    /// Of the codes that have no name, one for each way in which they match: there are so few that each is looked at.
    private func toldApart(_ codes: [String], by globs: [Glob], _ key: RuleKey) -> [String] {
        var seen: Set<[Bool]> = []
        return codes.filter { code in
            key.isValue(code) && seen.insert(globs.map { $0.matches(code) }).inserted
        }
    }

    /// Vendor ids of each registry; `nil` where there are too many.
    private mutating func bodies(_ globs: [Glob]) -> [String]? {
        // What a vendor has defined is classed otherwise than what a standards body has.
        let globs = globs + ["PCI-SIG.0001", "PCI-SIG.1e98"].map { Glob(literal: $0, stopsAtSlash: false) }
        var names: [String] = []
        // Each form by itself: a request answers to its form's other names too.
        for shape in RuleKey.spdmBodyShapes {
            guard let found = witnesses(globs, .spdm, of: [shape]) else { return nil }
            // Of a text that is no value another one that matches the same would have to be found.
            guard found.allSatisfy({ name in RuleKey.spdm.isValue(name) || !globs.contains { $0.matches(name) } })
            else { return nil }
            names += found.filter { RuleKey.spdm.isValue($0) }
        }
        return names
    }
}
