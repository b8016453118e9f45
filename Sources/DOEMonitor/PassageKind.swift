internal import DOEPolicy
internal import DOERecord
internal import DOEWords

/// What the road answered without a mailbox, and counts together: refusals, and answers from a copy. It is the same of the same client, for the same reason. What differs from one
/// to the next, such as the request's bytes and the process' number, only the record of the first one has.
struct PassageKind: Hashable {
    /// What they have in common.
    struct Facts: Hashable {
        let mailbox: MailboxName
        /// Without what is of one process or one connection.
        let client: Client
        let object: ObjectID?
        let objectClass: ObjectClass
        let spdm: String?
        let compliance: String?
        let rule: String
        let reason: String
        let policy: PolicyIdentity
        let mode: Mode
        let letters: TaintLetters
    }

    let event: Event
    /// Whose they are; `nil` for many people together.
    let holder: AccountHolder?
    /// `nil` for what differs too much to be told apart.
    let facts: Facts?

    init(of passage: Passage) {
        event = passage.event
        holder = AccountHolder(telling: passage.client)
        facts = Facts(
            mailbox: passage.mailbox.name, client: passage.client.withoutProcess, object: passage.object,
            objectClass: passage.decision.objectClass, spdm: passage.spdm, compliance: passage.compliance,
            rule: passage.ruleWord, reason: passage.reason, policy: passage.decision.policy, mode: passage.mode,
            letters: passage.verdictTaint)
    }

    private init(event: Event, holder: AccountHolder?) {
        self.event = event
        self.holder = holder
        facts = nil
    }

    /// The kind that counts those for which there is no room of their own. What hides behind a flood of its author's
    /// own is so of one event at most: attempts at compliance are never counted with anything else.
    @Sendable
    static func gathered(_ kind: Self, _ gathering: KindWindows<Self>.Gathering) -> Self {
        Self(event: kind.event, holder: gathering == .ofOwner ? kind.holder : nil)
    }
}

extension Client {
    /// This client without what another process of the same program would have otherwise.
    var withoutProcess: Client {
        var client = self
        client.pid = .none
        client.parent = .none
        client.session = .none
        client.groups = .none
        return client
    }
}
