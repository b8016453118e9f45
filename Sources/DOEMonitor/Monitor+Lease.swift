internal import DOEAuditTrail
internal import DOELinux
package import DOEMailbox
internal import DOEPolicy
internal import DOERecord
internal import DOETaint
public import DOEWords

// Leases: when one begins, when it ends, and what of that goes on record. Whether one opens the way is the
// gatekeeper's.
extension Monitor {
    /// Leases a mailbox, where this host is in bring-up and nothing stands in the way; `obstacle` is what the
    /// mailbox's own thread has found to. Waits for the disk.
    ///
    /// In production that is an attempt at compliance mode: it is refused, on record, and taints the mailbox.
    package func startLease(
        of mailbox: any Mailbox, on terms: LeaseTerms, for caller: Client, obstacle: Obstacle?
    ) throws(Obstacle) -> Lease {
        let mode = lookAtMode()
        let identity = mailbox.identity()
        do throws(Obstacle) {
            guard mode == .bringUp else {
                throw Obstacle(
                    "this host is in production, where nothing can be leased: \(hostMode.inForce.reason)",
                    remedy: "use a machine that is meant for bring-up")
            }
            if let lease = leases.lease(of: identity.name) { throw .leased(lease) }
            if let obstacle { throw obstacle }
            guard case .known = identity.serialNumber else { throw .noSerialNumber(of: identity) }
            return try begin(
                Lease(
                    id: UInt64.random(in: .min ... .max).hex(digits: 16), of: identity, on: terms, from: leases.now),
                of: identity, for: caller, in: mode)
        } catch {
            refuse(terms, of: identity, because: error, for: caller, in: mode)
            throw error
        }
    }

    /// Its taint and its record come first: there is no lease that nobody can see.
    private func begin(
        _ lease: Lease, of mailbox: MailboxIdentity, for caller: Client, in mode: Mode
    ) throws(Obstacle) -> Lease {
        do throws(TaintError) {
            _ = try raise(.leased, mailbox: mailbox)
        } catch {
            throw Obstacle(error)
        }
        do throws(TrailError) {
            try trail.write(Record(started: lease, of: mailbox, by: caller, in: mode))
        } catch {
            throw Obstacle(error)
        }
        do throws(Obstacle) {
            try leases.add(lease)
        } catch {
            note(Record(ended: lease, LeaseEnding(.unkept, error.description), by: nil, in: mode))
            throw error
        }
        return lease
    }

    private func refuse(
        _ terms: LeaseTerms, of mailbox: MailboxIdentity, because reason: Obstacle, for caller: Client, in mode: Mode
    ) {
        var record = Record(refused: terms, of: mailbox, because: reason.description, by: caller, in: mode)
        if mode == .production {
            record.taint = .complianceAttempted
            let new = raise(happened: .complianceAttempted, mailbox: mailbox).new
            if new.contains(.complianceAttempted) { record.priority = .critical }
        }
        note(record)
    }

    /// Ends a mailbox's lease for somebody who wants that. Waits for the disk.
    public func endLease(of mailbox: MailboxName, for caller: Client) throws(Obstacle) -> Lease {
        guard let lease = leases.lease(of: mailbox),
            end(lease, LeaseEnding(.ended, "\(caller.words) ended it"), by: caller)
        else { throw Obstacle("\(mailbox) is not leased", remedy: "see: doe-audit lease list") }
        return lease
    }

    /// Takes up the leases that the daemon before left: those of mailboxes that are still there go on. Waits for the
    /// disk.
    package func takeUpLeases(of mailboxes: [any Mailbox]) {
        let found = leases.takeFound()
        for lease in found.ended {
            note(Record(ended: lease, LeaseEnding(.reboot, "the machine was booted anew"), by: nil, in: mode))
        }
        if let problem = found.problem {
            note(Record(.leaseEnded, priority: .warning, message: "Leases: \(problem)"))
        }
        for lease in leases.all where !mailboxes.contains(where: { $0.name == lease.mailbox }) {
            end(lease, LeaseEnding(.device, "its mailbox is not served any more"))
        }
        lookAfterLeases()
        // Told once: what has ended must not be found again at the next start.
        if !found.ended.isEmpty { leases.keepWhatHolds() }
    }

    /// Ends the leases whose time is over, and all where the host is in production. Waits for the disk.
    public func lookAfterLeases() {
        guard lookAtMode() == .bringUp else { return endLeasesForMode() }
        for lease in leases.all where lease.isOver(at: leases.now) { end(lease, .timeIsOver(lease)) }
    }

    /// In production there is no lease.
    func endLeasesForMode() {
        for lease in leases.all {
            end(lease, LeaseEnding(.mode, "this host is in production: \(hostMode.inForce.reason)"))
        }
    }

    /// What may change between the judgement, the first dword and GO. A lease that does not hold any more is ended.
    ///
    /// On the mailbox's own thread where `looksAtDevice`: else only the kernel's view counts.
    func circumstances(of mailbox: any Mailbox, looksAtDevice: Bool) -> Circumstances {
        // The device first: the kernel may hold this thread up in that look, and whatever has changed meanwhile
        // counts.
        let before = leases.lease(of: mailbox.name)
        let obstacle = before == nil ? nil : mailbox.obstacleToLease(looksAtDevice: looksAtDevice)
        let mode = lookAtMode()
        guard mode == .bringUp, let lease = leases.lease(of: mailbox.name), lease == before else {
            return Circumstances(mode: mode)
        }
        let standing = LeaseStanding(lease, at: leases.now, obstacle: obstacle)
        if let ending = standing.ending(at: mailbox.identity()) { end(lease, ending) }
        return Circumstances(mode: mode, lease: standing)
    }

    /// Ends a lease, once; `false` where it had ended before.
    @discardableResult
    private func end(_ lease: Lease, _ ending: LeaseEnding, by caller: Client? = nil) -> Bool {
        guard leases.remove(lease) else { return false }
        note(Record(ended: lease, ending, by: caller, in: hostMode.inForce.mode))
        return true
    }

    /// Puts something on record that has happened whether it can be or not.
    func note(_ record: Record) {
        do throws(TrailError) {
            try trail.write(record)
        } catch {
            count { $0.unrecordedEvent = "\(record.message): \(error.description)" }
        }
    }
}

extension Obstacle {
    /// Another device of the model could take its place, and nobody would see it.
    fileprivate static func noSerialNumber(of mailbox: MailboxIdentity) -> Obstacle {
        let isUnknown = mailbox.serialNumber == .unknown
        return Obstacle(
            "the device of \(mailbox.name) has no serial number\(isUnknown ? " that could be read" : ""), so that another "
                + "of its model in its place could not be told from it",
            remedy: isUnknown
                ? "see that it is awake: doe-audit mailboxes --scan"
                : "lease a device that has the capability Device Serial Number: lspci -v shows it")
    }
}
