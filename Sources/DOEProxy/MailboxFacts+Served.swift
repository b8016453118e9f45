internal import DOEControl
internal import DOEMailbox
internal import DOEMonitor
internal import DOEObjects
internal import DOEWords

extension MailboxFacts {
    /// What is known of a mailbox now, and of this object where it is one; touches no device.
    init(_ served: ServedMailbox, _ monitor: Monitor, asked object: [UInt8]) {
        let version = served.worker.mailbox.capabilityVersion
        self.init(
            mailbox: served.name.description, capabilityVersion: version.map { Int($0) },
            discoveryVersion: Int(DiscoveryRequest.version(forCapabilityVersion: version ?? 0)),
            objects: monitor.knownObjects(of: served.name)?.map(\.description))
        guard let request = try? DataObject(bytes: object),
            let outlook = monitor.copyOutlook(for: request, of: served.name)
        else { return }
        copy = outlook.word.rawValue
        if case .refused(let why) = outlook { copyRefusal = why }
    }
}

extension CopyOutlook {
    /// The word for it on the wire.
    fileprivate var word: MailboxFacts.Outlook {
        switch self {
        case .copy: .copy
        case .device: .device
        case .kernelOrDevice: .kernelOrDevice
        case .refused: .refused
        }
    }
}
