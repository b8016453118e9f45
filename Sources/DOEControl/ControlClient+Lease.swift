extension ControlClient {
    /// Leases a mailbox.
    public func startLease(_ parameters: StartLeaseParameters) throws(ControlError) -> LeaseEntry {
        try ask(ControlInterface.startLease, with: parameters, LeaseEntry.One.self).lease
    }

    /// Ends a mailbox's lease.
    public func endLease(_ parameters: EndLeaseParameters) throws(ControlError) -> LeaseEntry {
        try ask(ControlInterface.endLease, with: parameters, LeaseEntry.One.self).lease
    }

    /// Every lease.
    public func leases() throws(ControlError) -> [LeaseEntry] {
        try ask(ControlInterface.listLeases, LeaseEntry.Answer.self).leases
    }
}
