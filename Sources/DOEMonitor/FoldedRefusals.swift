internal import DOEAuditTrail
internal import DOELinux
package import DOEMailbox
internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
public import DOEWords
internal import Synchronization

/// What is refused by a limit on clients: cheaply, since a flood of it must not cost others anything, and folded in
/// the journal (`EventFold`). Whose loop this is called from never waits for the disk: the stand-in writes.
///
/// So are changes that the control interface refuses, which may come as fast.
///
/// A compliance object is never folded: the stand-in judges it, and its attempt is on record with its taint.
public final class FoldedRefusals: Sendable {
    private let monitor: Monitor
    private let standIn: StandIn
    private let fold = Mutex(RefusalFold(gathered: RefusalKind.gathered))

    /// None yet.
    public init(monitor: Monitor, standIn: StandIn) {
        self.monitor = monitor
        self.standIn = standIn
    }

    /// When `perform` is to be called next, monotonic time in microseconds; `nil` while there is nothing to write.
    /// What the road counts is seen to here too.
    public var next: UInt64? { [fold.withLock { $0.next }, monitor.nextCounts].compactMap(\.self).min() }

    /// Calls `body`, on any thread, when `next` was `nil` and another thread made it a time.
    public func whenOpened(_ body: @escaping @Sendable () -> Void) { monitor.whenCounting(body) }

    /// Refuses a request; `answer` may be called at once, or later on another thread.
    package func refuse(
        _ request: Request, to mailbox: any Mailbox, for requester: Requester, by limit: ClientLimit,
        because reason: String,
        answer: @escaping @Sendable (Reply) -> Void
    ) {
        let refusal = Refusal(by: "limits", because: reason)
        guard !request.isForCompliance else {
            return standIn.refuse(request, to: mailbox, for: requester, refusal, answer: answer)
        }
        note(limit, at: mailbox.name, by: requester.client, because: reason)
        answer(monitor.replyUnrecorded(refusal, to: request, at: mailbox.name))
    }

    /// Notes a refusal, that of a connection too.
    public func note(
        _ limit: ClientLimit, at mailbox: MailboxName?, by client: Client, because reason: @autoclosure () -> String
    ) {
        let kind = RefusalKind(of: client, what: .limit(limit), mailbox: mailbox)
        note(kind, by: client, "Refused by a limit\(Self.place(mailbox)): \(reason()); more of it is counted")
    }

    /// Notes a change that was refused, since only root may ask for it: the method's name.
    public func note(change method: String, by client: Client) {
        let kind = RefusalKind(of: client, what: .change(method), mailbox: nil)
        note(
            kind, by: client,
            "Refused the change \(method) on the control socket for \(client.words): only root may; more of it is counted"
        )
    }

    /// The message is of the first alone, and made for it alone: a flood costs a count each.
    private func note(_ kind: RefusalKind, by client: Client, _ message: @autoclosure () -> String) {
        let folded = RefusalFold.Folded(kind, at: Clocks.realtimeMicroseconds)
        guard fold.withLock({ $0.isFirst(folded, at: Clocks.monotonicMicroseconds) }) else { return }
        var record = Record(folded, message: message())
        record.describe(client)
        write(folded, record)
    }

    /// Has those written whose window has ended at this monotonic time.
    public func perform(at now: UInt64) {
        for folded in fold.withLock({ $0.due(at: now) }) { write(folded, Record(folded)) }
        if let tell = monitor.tellingCounts(at: now) { standIn.perform(tell) }
    }

    /// Writes what is left; at the daemon's end, when the stand-in has ended too.
    public func finish() {
        for folded in fold.withLock({ $0.takeAll() }) { _ = try? monitor.trail.write(Record(folded)) }
        monitor.finishCounts()
    }

    private func write(_ folded: RefusalFold.Folded, _ record: Record) {
        standIn.perform { [self] in
            do throws(TrailError) {
                try monitor.trail.write(record)
            } catch {
                fold.withLock { $0.keep(folded, at: Clocks.monotonicMicroseconds) }
            }
        }
    }

    fileprivate static func place(_ mailbox: MailboxName?) -> String { mailbox.map { " on \($0)" } ?? "" }
}

extension Record {
    /// Refusals that were counted.
    fileprivate init(_ folded: RefusalFold.Folded) {
        let who = folded.kind.who
        let place = FoldedRefusals.place(folded.kind.mailbox)
        let seconds = (folded.last - folded.first) / 1_000_000 + 1
        self.init(
            folded,
            message: "Refused \(folded.count) more \(folded.kind.what.words)\(place), of \(who), within \(seconds) s")
        folded.kind.holder?.describe(in: &self)
        if let uid = folded.kind.uid { self[.clientUID] = uid.value.map(String.init) ?? "unknown" }
    }

    fileprivate init(_ folded: RefusalFold.Folded, message: String) {
        switch folded.kind.what {
        case .limit(let limit):
            self.init(.limitsRefused, priority: .error, message: message)
            road = .proxy
            self[.rule] = "limits"
            self[.limit] = limit.rawValue
        case .change:
            self.init(.changeRefused, priority: .error, message: message)
            self[.rule] = "control"
        }
        verdict = .deny
        self[.mailbox] = folded.kind.mailbox?.description
        self[.kind] = folded.kind.mailbox?.kind.rawValue
        self[.status] = ExchangeStatus.refused.description
        count(folded)
    }
}

extension RefusalKind {
    fileprivate var who: String {
        guard let uid else { return holder?.description ?? "many users" }
        return uid.value.map { "uid \($0)" } ?? "a user without a name"
    }
}

extension RefusalKind.What {
    fileprivate var words: String {
        switch self {
        case .limit(let limit): "by the limit '\(limit.rawValue)'"
        case .change(let method): "of the change \(method) on the control socket"
        }
    }
}

extension Monitor {
    /// The reply to a request that is refused without a record of its own.
    fileprivate func replyUnrecorded(_ refusal: Refusal, to request: Request, at mailbox: MailboxName) -> Reply {
        count {
            $0.exchanges += 1
            $0.refused += 1
        }
        let object = request.possibleObject
        var (objectClass, name) = object.map(policy.classify) ?? (.malformed, "malformed request")
        if case .outOfBand(let command) = request { (objectClass, name) = (.published, command.name) }
        return Reply(
            response: nil, outOfBandAnswer: nil, mailbox: mailbox, object: object, objectName: name,
            objectClass: objectClass, verdict: .deny,
            rule: refusal.by, reason: "refused: \(refusal.because)", status: ExchangeStatus.refused.description,
            taint: [],
            sequence: nil)
    }
}

extension Request {
    /// Whether it names the compliance object: an attempt on it is judged and recorded whatever a limit says.
    public var isForCompliance: Bool { possibleObject == .compliance }

    /// The id at its start; `nil` where there are too few bytes for one, and for a command beside the objects.
    fileprivate var possibleObject: ObjectID? {
        if case .outOfBand = self { nil } else { ObjectID(ofPossibleObject: bytes) }
    }
}
