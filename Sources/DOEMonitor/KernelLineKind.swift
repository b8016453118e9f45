internal import DOEWords

/// Risky exchanges that have one line in the kernel log: of the same client, mailbox and object, passed by the same
/// rule.
struct KernelLineKind: Hashable {
    /// What they have in common.
    struct Facts: Hashable {
        let mailbox: MailboxName
        /// Without what is of one process or one connection.
        let client: Client
        /// Its name and id; of a compliance object also what it asks for.
        let object: String
        let rule: String
    }

    /// Whose they are; `nil` for many people together.
    let holder: AccountHolder?
    /// `nil` for all of the holder's, of which there is no line: they are told apart, or not counted.
    let facts: Facts?

    /// The exchange that this passage is about to send.
    init(of passage: Passage) {
        self.init(
            of: passage.client, at: passage.mailbox.name, object: passage.namedObject, rule: passage.ruleWord)
    }

    init(of client: Client, at mailbox: MailboxName, object: String, rule: String) {
        holder = AccountHolder(telling: client)
        facts = Facts(mailbox: mailbox, client: client.withoutProcess, object: object, rule: rule)
    }

    private init(holder: AccountHolder?) {
        self.holder = holder
        facts = nil
    }

    /// Stands for its owner where places are counted.
    @Sendable
    static func gathered(_ kind: Self, _ gathering: KindWindows<Self>.Gathering) -> Self {
        Self(holder: gathering == .ofOwner ? kind.holder : nil)
    }
}

// The lines. Whatever its names are, each has all of its facts: names are cut, and only they.
extension KernelLineKind {
    /// So many bytes of an object's name are shown, and of the name of the rule's file.
    static let objectNameLimit = 100
    private static let ruleLimit = 128

    /// What is sent, to whom, for whom, and by which rule.
    static func words(
        _ object: String, _ count: String = "", to mailbox: MailboxName, for client: Client, _ rule: String
    ) -> String {
        "sending \(count)\(object) to \(mailbox) for \(client.words), \(rule.asName(limit: ruleLimit))"
    }
}

extension EventFold<KernelLineKind>.Folded {
    /// The line that tells of those that followed the first.
    var sentence: String {
        let seconds = (last - min(first, last)) / 1_000_000 + 1
        let number = "\(count) more within \(seconds) s"
        guard let facts = kind.facts else { return "sending \(number)" }
        return KernelLineKind.words(
            facts.object, "\(number): ", to: facts.mailbox, for: facts.client, facts.rule)
    }
}
