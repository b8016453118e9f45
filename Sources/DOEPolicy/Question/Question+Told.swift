public import DOEWords

extension Question {
    /// A question told fact by fact, with keys and values as rules have them, one value each. `group` may be told
    /// several times.
    ///
    /// They are read as an expectation's are: what is not told of the client does not exist. Of the mailbox it is
    /// untold, and so is what the request asks for. In quotes a value is exactly that text, as in a rule: `"none"` is a
    /// name, and no word.
    ///
    /// - Parameter resolver: looks up user and group names, and says what a program's path comes to.
    public static func told(
        _ facts: [(key: String, value: String)], resolver: some NameResolver
    ) throws(Obstacle) -> Question {
        let lone = facts.filter { $0.key != RuleKey.address.word && $0.key != RuleKey.group.word }
        let groups = facts.filter { $0.key == RuleKey.group.word }
        let read = try read(lone + groups.prefix(1), resolver)
        var question = Question(read.inquiry, untold: read.inquiry.untoldKeys(facts), expectedClass: read.objectClass)
        for group in groups.dropFirst() {
            let more = try Self.read(lone + [group], resolver).inquiry.client.groups
            if let known = question.inquiry.client.groups.value, let more = more.value {
                question.inquiry.client.groups = .known(known + more)
            }
        }
        if let address = facts.first(where: { $0.key == RuleKey.address.word }) {
            try question.tell(address: address.value)
        }
        return question
    }

    private static func read(
        _ facts: [(key: String, value: String)], _ resolver: some NameResolver
    ) throws(Obstacle) -> ExpectedRequest {
        var words: [String] = []
        for (key, value) in facts {
            let text = try written(value, as: key)
            words.append("\(key)=\(text)")
        }
        let file = RuleFile(path: "what was told", text: "deny \(words.joined(separator: " "))\n")
        do throws(PolicyError) {
            let expected = try Expectations.load(files: [file], resolver: resolver)
            guard let request = expected.lines.first?.requests.first else { throw PolicyError(errors: [], count: 0) }
            return request
        } catch {
            guard let first = error.errors.first else { throw Obstacle("this is no request") }
            throw Obstacle(first.message, remedy: first.remedy)
        }
    }

    /// A value as it would stand in a rule, where it was told without the quotes that it may need there.
    private static func written(_ value: String, as key: String) throws(Obstacle) -> String {
        if isWord(value) { return value }
        guard value.isQuoted else { return RuleValue(string: value).description }
        // Whatever stood behind the end of the quotes would be another condition.
        guard value.isOneText else {
            throw Obstacle(
                "the value of \(key) begins with a quote, and is not one text in quotes: \(value.printable)",
                remedy: "leave the quotes out, or write \\\" for one within them")
        }
        return value
    }

    /// These two are words as they stand.
    private static func isWord(_ value: String) -> Bool { value == "none" || value == "unknown" }

    private mutating func tell(address written: String) throws(Obstacle) {
        if Self.isWord(written) { return try tell(noAddress: written) }
        let text = written.isQuoted && written.isOneText ? String(written.dropFirst().dropLast()) : written
        if let obstacle = FactValue.obstacle(to: text, as: RuleKey.address.word) { throw obstacle }
        guard let address = FunctionAddress(RuleKey.address.read(text)) else {
            throw Obstacle("no address can be '\(text)'", remedy: RuleKey.address.form)
        }
        guard !inquiry.isMailboxKnown else {
            guard inquiry.mailbox.name.address == address else { throw another(than: "\(address)") }
            return
        }
        let unknown = inquiry.mailbox
        inquiry.mailbox = MailboxIdentity(
            name: .real(address, offset: Self.firstOffset), device: unknown.device, pciClass: unknown.pciClass,
            driver: unknown.driver, serialNumber: unknown.serialNumber)
        inquiry.isAddressKnown = true
        untold &= ~RuleKey.address.bit
        if let key = inquiry.mailbox.lackedOfFunction {
            throw Obstacle("the PCI function \(address) has a \(key.word)", remedy: "leave that out, or say which")
        }
    }

    /// Behind a simulated or a remote mailbox there is no function that has one. Who cannot tell it cannot tell the
    /// mailbox, whose name has it.
    private mutating func tell(noAddress word: String) throws(Obstacle) {
        let isNone = word == "none"
        guard !inquiry.isMailboxKnown else {
            guard isNone, inquiry.mailbox.name.address == nil else { throw another(than: word) }
            return
        }
        inquiry.isAddressKnown = isNone
        untold &= ~(RuleKey.address.bit | (isNone ? 0 : RuleKey.mailbox.bit))
        guard isNone else { return }
        guard inquiry.mailbox.driver.value == nil else {
            throw Obstacle(
                "a mailbox without an address has no driver of this host", remedy: "leave one of the two out")
        }
        learnNoDriver()
    }

    private func another(than address: String) -> Obstacle {
        Obstacle(
            "the mailbox \(inquiry.mailbox.name) has another address than \(address)",
            remedy: "leave the address out: the mailbox's name says it")
    }

    /// Where the first mailbox of a function can lie.
    static let firstOffset: UInt16 = 0x100
}

extension Inquiry {
    /// The keys of what nobody told, where these facts were.
    fileprivate func untoldKeys(_ facts: [(key: String, value: String)]) -> UInt32 {
        let told = facts.compactMap { RuleKey($0.key) }.reduce(0 as UInt32) { $0 | $1.bit }
        var keys = RuleKey.mailbox.bit | RuleKey.address.bit
        if told & RuleKey.mailbox.bit != 0 { keys = 0 }
        // Behind a remote mailbox there is no function, and none of this host's drivers has a simulated one.
        if keys != 0 || mailbox.name.kind != .remote {
            keys |= RuleKey.device.bit | RuleKey.pciClass.bit | RuleKey.serial.bit
        }
        if keys & RuleKey.mailbox.bit != 0 || mailbox.name.address != nil { keys |= RuleKey.driver.bit }
        if request == nil, outOfBand == nil { keys |= RuleKey.spdm.bit | RuleKey.compliance.bit }
        return keys & ~told
    }
}

extension String {
    fileprivate var isQuoted: Bool { utf8.first == UInt8(ascii: "\"") }

    /// Whether the quote that it begins with is closed by its last character, and not before.
    fileprivate var isOneText: Bool {
        var isEscaped = false
        for (place, byte) in utf8.enumerated().dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return place == utf8.count - 1
            }
        }
        return false
    }
}
