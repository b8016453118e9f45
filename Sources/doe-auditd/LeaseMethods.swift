internal import DOEControl
internal import DOELinux
internal import DOEMailbox
internal import DOEMonitor
internal import DOEProxy
internal import DOEWords

/// The methods of the control interface that have to do with leases.
struct LeaseMethods: Sendable {
    let monitor: Monitor
    let mailboxes: [ServedMailbox]
    /// Tells the server that a mailbox's thread has a task.
    let noteTask: @Sendable (MailboxWorker) -> Void

    private typealias Reply = @Sendable (ControlMethod.Outcome<LeaseEntry.One>) -> Void

    var all: [ControlMethod] {
        [
            .reading(ControlInterface.listLeases) { (_: NoParameters) in
                LeaseEntry.Answer(leases: monitor.leases.all.map { LeaseEntry($0) })
            },
            .changingElsewhere(ControlInterface.startLease) { (parameters: StartLeaseParameters, caller, reply) in
                start(parameters, caller, reply)
            },
            .changing(ControlInterface.endLease) {
                (parameters: EndLeaseParameters, caller) throws(ControlError) in
                LeaseEntry.One(lease: LeaseEntry(try end(parameters, caller)))
            },
        ]
    }

    /// The device is looked at on the mailbox's own thread, as always.
    private func start(_ parameters: StartLeaseParameters, _ caller: Client, _ reply: @escaping Reply) {
        let refuse: @Sendable (Obstacle) -> Void = {
            reply(.failure(ControlError($0, ControlInterface.leaseRefused)))
        }
        do throws(Obstacle) {
            let terms = try parameters.terms
            guard let worker = mailboxes.first(where: { parameters.mailbox.isSpelled(as: "\($0.name)") })?.worker
            else {
                throw Obstacle(
                    "no mailbox '\(parameters.mailbox.printable)' is served", remedy: "see: doe-audit mailboxes")
            }
            worker.perform(for: caller) { [monitor] mayGoOn in
                // In production it is refused in any case, and no device is to be touched for that.
                let obstacle = monitor.mode == .bringUp ? worker.mailbox.obstacleToLease(looksAtDevice: true) : nil
                guard mayGoOn() else { return }
                do throws(Obstacle) {
                    let lease = try monitor.startLease(
                        of: worker.mailbox, on: terms, for: caller, obstacle: obstacle)
                    reply(.success(LeaseEntry.One(lease: LeaseEntry(lease))))
                } catch {
                    refuse(error)
                }
            } refuse: {
                refuse(Obstacle($0.because))
            }
            noteTask(worker)
        } catch {
            refuse(error)
        }
    }

    private func end(_ parameters: EndLeaseParameters, _ caller: Client) throws(ControlError) -> Lease {
        do throws(Obstacle) {
            guard let name = MailboxName(parameters.mailbox) else {
                throw Obstacle(
                    "'\(parameters.mailbox.printable)' is no mailbox's name", remedy: "see: doe-audit lease list")
            }
            return try monitor.endLease(of: name, for: caller)
        } catch {
            throw ControlError(error, ControlInterface.noSuchLease)
        }
    }
}

extension StartLeaseParameters {
    fileprivate var terms: LeaseTerms {
        get throws(Obstacle) {
            let text: String
            switch (uid, unit) {
            case (let uid, nil): text = "uid \(uid ?? 0)"
            case (nil, let unit?): text = "unit \(unit)"
            default: throw Obstacle("a lease is for a user or for a unit, not for both", remedy: "name one of them")
            }
            guard let holder = LeaseHolder(text) else {
                throw Obstacle(
                    "'\(text.printable)' is nobody to lease to",
                    remedy: "name a user id, or a unit with its type: lab.service")
            }
            return try LeaseTerms(holder: holder, seconds: seconds, reason: reason)
        }
    }
}

extension ControlError {
    fileprivate init(_ obstacle: Obstacle, _ name: String) {
        self.init(name: name, problem: obstacle.problem, remedy: obstacle.remedy)
    }
}

extension LeaseEntry {
    fileprivate init(_ lease: Lease) {
        let left = min(
            lease.end.sinceBoot.subtractingDown(Clocks.boottimeMicroseconds),
            lease.end.wallClock.subtractingDown(Clocks.realtimeMicroseconds))
        self.init(
            id: lease.id, mailbox: "\(lease.mailbox)", holder: "\(lease.holder)", reason: lease.reason,
            started: Int64(clamping: lease.start.wallClock), ends: Int64(clamping: lease.end.wallClock),
            secondsLeft: Int64(clamping: left / 1_000_000))
    }
}

extension UInt64 {
    /// 0 where the other one is larger.
    fileprivate func subtractingDown(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
