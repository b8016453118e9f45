public import DOEWords

/// Setting fields from what the other modules know.
extension Record {
    /// Sets who asked. A fact that could not be learned reads `unknown`; what does not exist is absent.
    public mutating func describe(_ client: Client) {
        self[.clientPID] = client.pid.fieldText
        self[.clientUID] = client.uid.fieldText
        self[.clientTCPUID] = client.tcpUID.fieldText
        self[.clientLoginUID] = client.loginUID.fieldText
        self[.clientSession] = client.session.fieldText
        self[.clientExe] = client.exe.fieldText
        self[.clientUnit] = client.unit.fieldText
        self[.clientContainer] = client.container.fieldText
        self[.clientParent] = client.parent.fieldText
    }

    /// Sets which mailbox, and what is known of its function.
    public mutating func describe(_ mailbox: MailboxIdentity) {
        self[.kind] = mailbox.name.kind.rawValue
        self[.mailbox] = mailbox.name.description
        self[.address] = mailbox.name.address?.description
        self[.device] = mailbox.device.fieldText
        self[.serial] = mailbox.serialText.fieldText
        self[.driver] = mailbox.driver.fieldText
    }
}

extension Fact where Value: CustomStringConvertible {
    /// The text of a journal field: `unknown` where it could not be learned, absent where there is nothing.
    fileprivate var fieldText: String? {
        if case .none = self { nil } else { description }
    }
}
