/// A decision, with the permit where it opens the way.
package struct Judgement: ~Copyable, Sendable {
    /// What was decided, and why.
    package let decision: Decision
    /// There for `allow` and `warn`, and only for an inquiry with a whole request on the proxy's road.
    private var permit: Permit?

    init(decision: Decision, permit: consuming Permit?) {
        self.decision = decision
        self.permit = permit
    }

    /// Hands the permit over; a second time there is none.
    package mutating func takePermit() -> Permit? {
        permit.take()
    }
}
