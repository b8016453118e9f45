internal import DOEControl
internal import DOEObjects
internal import DOEWords
internal import SPDMSocket

/// A talk with one mailbox through its socket, as any aware client has it.
struct MailboxTalk: ~Copyable {
    private let mailbox: String
    private var client: SPDMSocketClient
    /// Whether the daemon has answered from a copy, and no device was asked.
    private var isCopied = false

    /// Where the answers came from, a word for a person: the device, or the daemon's copy.
    var source: String { isCopied ? "copy" : "device" }

    /// Longer than the slowest device, a peer with all the time that it may be given, and the mailbox's queue: the daemon
    /// answers in any case.
    private static let patienceMilliseconds: UInt32 = 300_000

    init(with mailbox: String, options: ControlOptions) throws {
        guard MailboxName(mailbox) != nil else {
            throw WrongUse(
                "'\(mailbox)' is no mailbox name",
                "names look like 0000:0d:00.0@190 or sim:cxl; see: doe-audit mailboxes")
        }
        client = try Self.connection(to: options.socket(of: mailbox), options)
        self.mailbox = mailbox
    }

    private static func connection(to socket: String, _ options: ControlOptions) throws -> SPDMSocketClient {
        do throws(SPDMSocketError) {
            return try SPDMSocketClient(
                connectingTo: .unix(socket), timeoutMilliseconds: patienceMilliseconds)
        } catch {
            // A daemon that serves nothing has no socket to be missed.
            guard let status = try? options.client.status(), !status.proxy else { throw error }
            throw NothingServed()
        }
    }

    /// What the daemon knows of the mailbox; no device is asked.
    mutating func facts() throws -> MailboxFacts {
        guard let text = try client.describe() else { throw TurnedAway(mailbox: mailbox) }
        return try JSONText.decode(MailboxFacts.self, from: text)
    }

    /// The mailbox's own list, entry by entry, in the version that its capability has.
    mutating func discover() throws -> [ObjectID] {
        var walk = DiscoveryWalk(version: UInt8(clamping: try facts().discoveryVersion))
        while true {
            switch walk.next {
            case .ask(let request): try walk.take(try get(request))
            case .done(let objects): return objects
            }
        }
    }

    /// The objects that the mailbox is known to have: as somebody has read them before, else as they are read now.
    mutating func objects() throws -> [ObjectID] {
        if let known = try facts().objects { return known.compactMap { ObjectID($0) } }
        return try discover()
    }

    /// Sends a request; the daemon's notice comes with either answer.
    mutating func ask(_ bytes: [UInt8]) throws -> (response: DataObject?, notice: ExchangeNotice) {
        let answer = try client.exchange(bytes)
        let notice = try JSONText.decode(ExchangeNotice.self, from: try notice(of: answer))
        guard case .response(let bytes) = answer else { return (nil, notice) }
        return (try DataObject(bytes: bytes), notice)
    }

    /// Who is not taken for a talk gets an empty frame, and then the end in place of a notice.
    private mutating func notice(of answer: SPDMAnswer) throws -> [UInt8] {
        do throws(SPDMSocketError) {
            return try client.explainLast()
        } catch {
            guard error.reason == .closed, answer == .refused else { throw error }
            throw TurnedAway(mailbox: mailbox)
        }
    }

    /// Sends a request that must be answered.
    mutating func get(_ request: DataObject) throws -> DataObject {
        let (response, notice) = try ask(request.bytes)
        isCopied = isCopied || notice.status == "copied"
        guard let response else { throw NoResponse(notice: notice) }
        return response
    }
}
