internal import Synchronization

/// The place that says who judges now. A monitor makes one, and the mailboxes that it serves obey that one: a permit
/// made for any other opens nothing, and each permit made for it is asked about under the policy that is in force by
/// then.
package final class JudgeInForce: Sendable {
    private let current: Mutex<Judge>

    /// This judge, until another one takes its place.
    package init(_ judge: Judge) { current = Mutex(judge) }

    /// Who judges now.
    package var judge: Judge { current.withLock { $0 } }

    /// Puts another judge in its place: a policy that was reloaded, or one that is carried out in another way.
    package func take(_ judge: Judge) { current.withLock { $0 = judge } }
}
