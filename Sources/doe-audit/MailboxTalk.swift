internal import DOEControl
internal import DOEObjects
internal import DOEWords
internal import SPDMSocket

/// A talk with one mailbox through its socket, as any aware client has it.
struct MailboxTalk: ~Copyable {
    private var client: SPDMSocketClient

    /// Longer than the slowest device, a peer with all the time that it may be given, and the mailbox's queue: the daemon
    /// answers in any case.
    private static let patienceMilliseconds: UInt32 = 300_000

    init(with mailbox: String, options: ControlOptions) throws {
        guard MailboxName(mailbox) != nil else {
            throw WrongUse(
                "'\(mailbox)' is no mailbox name",
                "names look like 0000:0d:00.0@190 or sim:cxl; see: doe-audit mailboxes")
        }
        do throws(SPDMSocketError) {
            client = try SPDMSocketClient(
                connectingTo: .unix(options.socket(of: mailbox)), timeoutMilliseconds: Self.patienceMilliseconds)
        } catch {
            // A daemon that serves nothing has no socket to be missed.
            guard let status = try? options.client.status(), !status.proxy else { throw error }
            throw NothingServed()
        }
    }

    /// Sends a request; the daemon's notice comes with either answer.
    mutating func ask(_ bytes: [UInt8]) throws -> (response: DataObject?, notice: ExchangeNotice) {
        let answer = try client.exchange(bytes)
        let notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        guard case .response(let bytes) = answer else { return (nil, notice) }
        return (try DataObject(bytes: bytes), notice)
    }

    /// Sends a request that must be answered.
    mutating func get(_ request: DataObject) throws -> DataObject {
        let (response, notice) = try ask(request.bytes)
        guard let response else { throw NoResponse(notice: notice) }
        return response
    }
}
