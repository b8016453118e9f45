package import DOEPolicy
package import DOEWords

/// A mailbox that takes one request at a time.
///
/// `exchange` blocks its thread for as long as the device takes, at most the specification's times, and longer only
/// where the kernel blocks the thread.
package protocol Mailbox: Sendable {
    /// Its name.
    var name: MailboxName { get }
    /// The mailbox and its function as they are now (a driver may have been bound since).
    func identity() -> MailboxIdentity
    /// The platform's security manager (TSM) that the kernel has connected to the device, and for which it talks SPDM
    /// with it: `none` where none is connected, `unknown` where that could not be learned. Touches no device.
    func securityManager() -> Fact<String>
    /// What stands in the way of leasing it, as things are now: a driver is bound, memory behind it is online, or one
    /// of these could not be found out. Only with `looksAtDevice` the device is read, on the mailbox's thread, and
    /// the answer is whole; without it is what the kernel knows of drivers.
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle?
    /// The version of its DOE capability, bits [19:16] of the header; `nil` where there is no capability, or none
    /// that this host can see. Discovery is asked in the version that goes with it.
    var capabilityVersion: UInt8? { get }
    /// What keeps it from being asked for anything, whoever asks: its registers cannot be written. Touches no device.
    var obstacleToAsking: Obstacle? { get }
    /// The kernel's copy of the CDAT that this mailbox's function has; `nil` where there is none. Touches no device.
    func kernelCDAT() throws(Obstacle) -> [UInt8]?
    /// Sends the permit's request and waits for the response or for how it failed. Only a permit for this mailbox is
    /// taken, and only one of the judge in force that the mailbox obeys.
    func exchange(_ permit: consuming Permit) -> ExchangeResult
    /// Beats at every step of an exchange; `nil` for a mailbox that does not tell.
    var pulse: Pulse? { get }
    /// For how long its thread may show no progress inside `exchange` before it counts as blocked, microseconds.
    var stillLimit: UInt64 { get }
    /// Nothing more will be asked: whoever is behind the mailbox is told, where that is somebody. A second at most.
    func takeLeave()
}

extension Mailbox {
    /// None.
    package var capabilityVersion: UInt8? { nil }

    /// None is known.
    package var obstacleToAsking: Obstacle? { nil }

    /// None.
    package func kernelCDAT() throws(Obstacle) -> [UInt8]? { nil }

    /// None.
    package var pulse: Pulse? { nil }

    /// One step where each is seen, else a whole exchange.
    package var stillLimit: UInt64 { pulse == nil ? MailboxTiming.exchangeLimit : MailboxTiming.stepLimit }

    /// Nobody is told: a device needs no leave.
    package func takeLeave() {}
}
