public import DOEPolicy
public import DOEWords

/// A mailbox that takes one request at a time.
///
/// `exchange` blocks its thread for as long as the device takes, at most the specification's times.
public protocol Mailbox: Sendable {
    /// Its name.
    var name: MailboxName { get }
    /// The mailbox and its function as they are now (a driver may have been bound since).
    func identity() -> MailboxIdentity
    /// The platform's security manager (TSM) that the kernel has connected to the device, and for which it talks SPDM
    /// with it: `none` where none is connected, `unknown` where that could not be learned. Touches no device.
    func securityManager() -> Fact<String>
    /// Sends the permit's request and waits for the response or for how it failed.
    func exchange(_ permit: consuming Permit) -> ExchangeResult
}
