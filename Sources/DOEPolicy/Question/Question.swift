public import DOEObjects
public import DOEWords

/// A request that somebody makes up, and of which he has not told everything.
///
/// What is not told is something else than what could not be learned, which he tells by the word `unknown`: that is
/// refused where a rule needs it, and what is not told may be whatever can be.
public struct Question: Hashable, Sendable {
    /// What was told. What was not is unknown in it.
    public var inquiry: Inquiry
    /// The class that the object must have, where that was told.
    public let expectedClass: ObjectClass?
    /// The keys of what was not told.
    var untold: UInt32
    /// Where the time was not told, it is none before this one.
    var earliest = Timestamp(microseconds: 0)
    /// Whether somebody has asked as if the mailbox were leased: such a one has all that a lease takes.
    private(set) var isLeased = false
    /// The mailbox, where it was named.
    public var namedMailbox: MailboxName? { inquiry.isMailboxKnown ? inquiry.mailbox.name : nil }

    init(_ inquiry: Inquiry, untold: UInt32, expectedClass: ObjectClass? = nil) {
        self.inquiry = inquiry
        self.untold = untold
        self.expectedClass = expectedClass
    }

    /// Takes over what is known of the mailbox, where nothing else was told of it.
    public mutating func learn(_ identity: MailboxIdentity) {
        func learn<Value>(_ key: RuleKey, _ fact: inout Fact<Value>, _ known: Fact<Value>) {
            guard untold & key.bit != 0, known != .unknown else { return }
            fact = known
            untold &= ~key.bit
        }
        learn(.device, &inquiry.mailbox.device, identity.device)
        learn(.pciClass, &inquiry.mailbox.pciClass, identity.pciClass)
        learn(.driver, &inquiry.mailbox.driver, identity.driver)
        learn(.serial, &inquiry.mailbox.serialNumber, identity.serialNumber)
    }

    /// As `learn`, that no driver is bound.
    mutating func learnNoDriver() {
        learn(
            MailboxIdentity(
                name: inquiry.mailbox.name, device: .unknown, pciClass: .unknown, driver: .none,
                serialNumber: .unknown))
    }

    /// Asks as if the mailbox were leased to whoever asks. Throws where none could be: that is no question.
    public mutating func assumeLease() throws(Obstacle) {
        if let obstacle = obstacleToLease { throw obstacle }
        isLeased = true
        inquiry = inquiry.assumingLease()
        learnNoDriver()
    }

    private var obstacleToLease: Obstacle? {
        if let why = inquiry.refusalOfAnyLease {
            return Obstacle("there could be no lease: \(why)", remedy: "leave the lease out, or tell what could be")
        }
        let (mailbox, client) = (inquiry.mailbox, inquiry.client)
        if mailbox.driver == .unknown, untold & RuleKey.driver.bit == 0 {
            return Obstacle(
                "there could be no lease: it could not be learned which driver is bound",
                remedy: "tell a driver of none")
        }
        if mailbox.serialNumber == .unknown, untold & RuleKey.serial.bit == 0 {
            return Obstacle(
                "there could be no lease: the device's serial number could not be learned", remedy: "tell one")
        }
        guard client.uid.value == nil, client.unit.value == nil else { return nil }
        return Obstacle(
            "there could be no lease: one is for a user or a unit, and nobody knows who asks",
            remedy: "tell who asks")
    }

    /// Takes over the client's groups; `unknown` where nobody knows them.
    public mutating func learn(groups: Fact<[UInt32]>) {
        inquiry.client.groups = groups
        untold = groups == .unknown ? untold | RuleKey.group.bit : untold & ~RuleKey.group.bit
    }

    /// Makes it a question about a whole request.
    public mutating func ask(_ request: DataObject) {
        inquiry.request = request
        untold &= ~(RuleKey.spdm.bit | RuleKey.compliance.bit)
    }
}

extension RuleKey {
    /// The words of a set of keys, in the order in which keys are listed.
    static func words(of keys: UInt32) -> [String] { allCases.filter { keys & $0.bit != 0 }.map(\.word) }
}
