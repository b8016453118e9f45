internal import DOEAuditTrail
internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

// Exchanges of somebody else that were at a mailbox at the same time as one of ours, and were seen later.
extension Monitor {
    /// Ours begins to touch the device.
    func beginOwn(on mailbox: MailboxName) {
        guard mailbox.kind == .real else { return }
        own.withLock { $0.begin(on: mailbox, at: Clocks.monotonicMicroseconds) }
    }

    /// It touches the device no more.
    func endOwn(on mailbox: MailboxName) {
        guard mailbox.kind == .real else { return }
        own.withLock { $0.end(on: mailbox, at: Clocks.monotonicMicroseconds) }
    }

    /// It is on record, or cannot be.
    func closeOwn(on mailbox: MailboxName, sequence: UInt64?) {
        guard mailbox.kind == .real else { return }
        for waiting in own.withLock({ $0.close(on: mailbox, sequence: sequence) }) {
            var record = waiting.record
            record[.with] = sequence.map(String.init)
            note(record)
        }
    }

    /// The collision that an observed exchange is the first sign of; `nil` where it met none of ours, and where it is
    /// only counted, since one of its kind was recorded just now.
    func collision(of sighting: Sighting, at now: UInt64) -> OwnExchanges.Met? {
        guard case .exchange(_, let mailbox) = sighting.observation.what else { return nil }
        let met = own.withLock {
            $0.met(on: mailbox, from: sighting.observation.began, to: sighting.observation.ended)
        }
        guard !met.isNone else { return nil }
        count { $0.collisions += 1 }
        let time = sighting.observation.began &+ Self.wallClock
        let isFirst = observations.withLock { $0.isFirst(.init(Record(collision: sighting), at: time), at: now) }
        return isFirst ? met : nil
    }

    /// Records it, at once or when our own exchange has its number.
    func settle(_ met: OwnExchanges.Met, observed: UInt64?, at sighting: Sighting) {
        guard case .exchange(_, let mailbox) = sighting.observation.what else { return }
        var record = Record(collision: sighting)
        record.describe(sighting.observation.client)
        record[.observed] = observed.map(String.init)
        if own.withLock({ $0.isFirstCollision(on: mailbox) }), sighting.priority < .warning {
            record.priority = .critical
        }
        if met.isOneUnderWay, own.withLock({ $0.wait(OwnExchanges.Waiting(record: record), on: mailbox) }) { return }
        // What was under way has its number by now, or too many wait for it.
        let now = own.withLock {
            $0.met(on: mailbox, from: sighting.observation.began, to: sighting.observation.ended)
        }
        record[.with] = (now.sequences.isEmpty ? met : now).sequences.map(String.init).joined(separator: " ")
        note(record)
    }
}

extension Monitor {
    /// Remembers an observed exchange, and records where the kernel and somebody else were at a mailbox at a time.
    func noteMeeting(of sighting: Sighting, _ sequence: UInt64?) {
        guard case .exchange(_, let mailbox) = sighting.observation.what else { return }
        let (began, ended) = (sighting.observation.began, sighting.observation.ended)
        let met = seen.withLock {
            $0.note(sighting.observation.road, on: mailbox, from: began, to: ended, sequence: sequence)
        }
        guard !met.isEmpty else { return }
        count { $0.collisions += 1 }
        let other = sighting.observation.road == .kernel ? "somebody else's exchange" : "an exchange of the kernel's"
        var record = Record(collision: sighting, with: other)
        let time = began &+ Self.wallClock
        let isFirst = observations.withLock { $0.isFirst(.init(record, at: time), at: Clocks.monotonicMicroseconds) }
        guard isFirst else { return }
        record.describe(sighting.observation.client)
        record[.observed] = sequence.map(String.init)
        record[.with] = met.compactMap(\.self).map(String.init).joined(separator: " ")
        if own.withLock({ $0.isFirstCollision(on: mailbox) }) { record.priority = .critical }
        note(record)
    }
}

extension Record {
    /// What all collisions of a kind have in common.
    fileprivate init(collision sighting: Sighting, with other: String = "an exchange of ours") {
        var record = sighting.kind
        let subject = record.message
        record = Record(.collision, priority: .error, message: "COLLISION with \(other): \(subject)")
        for field: Field in [
            .kind, .road, .mailbox, .address, .device, .serial, .driver, .object, .objectName, .objectClass, .verdict,
            .mode, .status, .clientUID, .clientExe,
        ] {
            record[field] = sighting.kind[field]
        }
        self = record
    }
}
