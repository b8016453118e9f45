internal import DOEAuditTrail
internal import DOELinux
internal import DOEPolicy
internal import DOERecord
internal import DOETaint
public import DOEWords
internal import Synchronization

// What has happened on other roads than the proxy's: classify → what would have been judged → taint → record.
//
// The order is another than the proxy's, since no device is left to be kept from. The taint comes first: it must not be
// lost with a record that cannot be kept, and how loud the record is depends on what of it is new. A daemon that is killed
// between the two leaves a letter without a record, and never a record without its letter.
extension Monitor {
    /// Says from now on what the mailboxes of a function are; asked for each observation. It must not touch the device.
    public func identifyMailboxes(by look: @escaping @Sendable (FunctionAddress) -> [MailboxIdentity]) {
        identify.withLock { $0 = look }
    }

    /// Takes something that reached a function past the proxy. May wait for the disk, where a letter is new.
    ///
    /// Of what happens again and again the first is recorded at once; those that follow, and what the kernel is expected
    /// to do, are counted and recorded when `writeObservations` finds their window at its end.
    public func observe(_ observation: Observation) {
        forgetCopies(after: observation)
        let inForce = inForce
        var sighting = Sighting(
            observation, of: identities(in: observation), in: hostMode.inForce.mode,
            at: Timestamp(microseconds: observation.began &+ Self.wallClock), by: inForce.judge,
            securityManagers: securityManagers)
        if let reason = sighting.decision?.reason { inForce.hits.count(reason) }
        count { $0.observed += 1 }
        // What is counted together is so whatever of it was new.
        let kind = sighting.kind
        let isNews = raise(sighting.letters, in: &sighting)

        let events = ObservationFold.Folded(sighting, kind: kind, at: Self.wallClock)
        let now = Clocks.monotonicMicroseconds
        let isQuiet = kind.priority == .info && sighting.newLetters.isEmpty
        let collision = collision(of: sighting, at: now)
        let isToBeRecorded = observations.withLock { fold in
            if collision == nil, isQuiet {
                fold.keep(events, at: now)
                return false
            }
            if collision == nil, !isNews { return fold.isFirst(events, at: now) }
            // Recorded at once whether the window is open or not; it is, for those that follow.
            fold.open(events.kind, at: now)
            return true
        }
        let sequence = isToBeRecorded ? write(events, sighting.record) : nil
        if let collision { settle(collision, observed: sequence, at: sighting) }
        noteMeeting(of: sighting, sequence)
    }

    /// When `writeObservations` is to be called next, monotonic time in microseconds; `nil` while nothing is counted.
    public var nextObservations: UInt64? { observations.withLock { $0.next } }

    /// Records what was counted and whose window has ended at this monotonic time. May wait for the disk.
    public func writeObservations(at now: UInt64) {
        for events in observations.withLock({ $0.due(at: now) }) { write(events, Record(counted: events)) }
    }

    /// Records all that was counted; at the daemon's end.
    public func finishObservations() {
        for waiting in own.withLock({ $0.takeWaiting() }) { note(waiting.record) }
        for events in observations.withLock({ $0.takeAll() }) { note(Record(counted: events)) }
    }

    private func identities(in observation: Observation) -> [MailboxIdentity] {
        let look = identify.withLock { $0 }
        switch observation.what {
        case .exchange(_, let name):
            let known = name.address.map(look) ?? []
            return [known.first { $0.name == name } ?? MailboxIdentity(unknown: name)]
        case .configWrites(_, let function, _, _, _): return look(function)
        }
    }

    /// On the function's mailboxes; on the host alone where none is known. Whether a letter was new.
    private func raise(_ letters: TaintLetters, in sighting: inout Sighting) -> Bool {
        guard !letters.isEmpty else { return false }
        for mailbox in sighting.mailboxes.isEmpty ? [nil] : sighting.mailboxes.map(Optional.some) {
            sighting.newLetters.formUnion(raise(happened: letters, mailbox: mailbox).new)
        }
        return !sighting.newLetters.isEmpty
    }

    /// `nil` where it could not be recorded: then it comes with the next window.
    @discardableResult
    private func write(_ events: ObservationFold.Folded, _ record: Record) -> UInt64? {
        var record = record
        record.count(events)
        do throws(TrailError) {
            return try trail.write(record)
        } catch {
            count { $0.unrecordedEvent = "\(record.message): \(error.description)" }
            observations.withLock { $0.keep(events, at: Clocks.monotonicMicroseconds) }
            return nil
        }
    }

    /// What is to be added to a time of CLOCK_MONOTONIC to have it by the wall clock.
    static var wallClock: UInt64 { Clocks.realtimeMicroseconds &- Clocks.monotonicMicroseconds }
}

/// Observations of a kind; the kind is what their records have in common.
typealias ObservationFold = EventFold<Record>

extension ObservationFold.Folded where Kind == Record {
    fileprivate init(_ sighting: Sighting, kind: Record, at wallClock: UInt64) {
        let count: UInt64 =
            if case .configWrites(let count, _, _, _, _) = sighting.observation.what { count } else { 1 }
        self.init(
            kind: kind, count: max(count, 1), first: sighting.observation.began &+ wallClock,
            last: sighting.observation.ended &+ wallClock)
    }
}

extension Record {
    /// Observations that were counted.
    fileprivate init(counted events: ObservationFold.Folded) {
        self = events.kind
        let seconds = (events.last - min(events.first, events.last)) / 1_000_000 + 1
        let more = events.kind.priority == .info ? "" : "more "
        message = "Seen \(more)\(events.count) times within \(seconds) s: \(events.kind.message)"
        count(events)
    }

    /// What kinds have in common for which there is no room of their own: those of one user, or all.
    @Sendable
    static func gathered(_ kind: Record, _ gathering: KindWindows<Record>.Gathering) -> Record {
        var record = Record(kind.event, priority: kind.priority, message: "what differs too much to be told apart")
        record.road = kind.road
        record.verdict = kind.verdict
        if gathering == .ofOwner { record[.clientUID] = kind[.clientUID] }
        return record
    }
}
