public import DOEObjects
public import DOEWords

/// Everything that a decision may look at. What is not in here cannot matter, so a decision can be explained and
/// replayed from it.
public struct Inquiry: Hashable, Sendable {
    /// False where nothing is said of the mailbox: then a rule that asks for it cannot be decided.
    var isMailboxKnown: Bool
    /// The same of its address: somebody may know the function, and not which of its mailboxes.
    var isAddressKnown: Bool
    /// How the exchange comes, or came.
    public var road: Road
    /// The mailbox and its function.
    public var mailbox: MailboxIdentity
    /// Who asks.
    public var client: Client
    /// What kind of host this is.
    public var mode: Mode
    /// The mailbox's lease; `nil` where it has none.
    public var lease: LeaseStanding?
    /// Judged as if whoever asks had leased the mailbox: of an exchange of which only the record is left, and which was
    /// made under a lease, and where somebody wants to know what would be. Nothing can be sent for it.
    var isLeaseAssumed = false
    /// When it is judged: rules may end at a time.
    public var time: Fact<Timestamp> = .unknown
    /// The object asked for.
    public var object: ObjectID
    /// The whole request; `nil` where only its id is known (an explanation, an observation without its dwords).
    public var request: DataObject?
    /// In place of the request, what it was called: of an exchange of which only the record is left. Nothing can be sent
    /// for it, and what the request carried is not known.
    var recordedName: String?
    /// In place of the request, how many dwords it had: of an exchange of which only the record is left.
    var recordedDwords: Int?
    /// In place of an object, a command beside the objects: it is judged as ``DOEWords/ObjectID/spdm``.
    public var outOfBand: OutOfBandRequest?

    /// An inquiry about a whole request.
    public init(road: Road, mailbox: MailboxIdentity, client: Client, mode: Mode, request: DataObject) {
        self.init(road: road, mailbox: mailbox, client: client, mode: mode, object: request.object)
        self.request = request
    }

    /// An inquiry about a command beside the objects.
    public init(
        road: Road, mailbox: MailboxIdentity, client: Client, mode: Mode, outOfBand request: OutOfBandRequest
    ) {
        self.init(road: road, mailbox: mailbox, client: client, mode: mode, object: .spdm)
        outOfBand = request
    }

    /// An inquiry about an object of which no request is there.
    public init(road: Road, mailbox: MailboxIdentity, client: Client, mode: Mode, object: ObjectID) {
        self.road = road
        self.mailbox = mailbox
        self.client = client
        self.mode = mode
        self.object = object
        isMailboxKnown = true
        isAddressKnown = true
    }

    /// The same, judged as if whoever asks had leased the mailbox. No permit ever comes of it.
    public func assumingLease() -> Inquiry {
        var inquiry = self
        inquiry.isLeaseAssumed = true
        return inquiry
    }

    /// The same under other circumstances.
    func under(_ circumstances: Circumstances) -> Inquiry {
        var inquiry = self
        inquiry.mode = circumstances.mode
        inquiry.lease = circumstances.lease
        if let mailbox = circumstances.mailbox { inquiry.mailbox = mailbox }
        if let time = circumstances.time { inquiry.time = .known(time) }
        return inquiry
    }

    /// An inquiry about an object on a mailbox of which nothing is known: an explanation for any mailbox.
    public init(road: Road, client: Client, mode: Mode, object: ObjectID) {
        self.road = road
        mailbox = MailboxIdentity(
            name: .simulated("any"), device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
        self.client = client
        self.mode = mode
        self.object = object
        isMailboxKnown = false
        isAddressKnown = false
    }
}
