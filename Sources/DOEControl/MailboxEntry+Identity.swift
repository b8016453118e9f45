public import DOEWords

extension MailboxEntry {
    /// An entry of a mailbox that is served at a socket, or of one that was only found.
    public init(
        _ identity: MailboxIdentity, capabilityVersion: UInt8?, socket: String, taint: TaintLetters?,
        spdmOwner: Client? = nil
    ) {
        self.init(
            name: identity.name.description, kind: identity.name.kind.rawValue,
            address: identity.name.address?.description, device: identity.device.value?.description,
            class: identity.pciClass.value?.hex(digits: 6), driver: identity.driver.value,
            serial: identity.serialText.value, capabilityVersion: capabilityVersion.map { Int($0) }, socket: socket,
            taint: taint?.description,
            spdmOwner: spdmOwner?.words)
    }
}
