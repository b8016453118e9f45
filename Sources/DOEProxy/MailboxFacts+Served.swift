internal import DOEControl
internal import DOEMailbox
internal import DOEMonitor
internal import DOEObjects
internal import DOEWords

extension MailboxFacts {
    /// What is known of a mailbox now; touches no device.
    init(_ served: ServedMailbox, _ monitor: Monitor) {
        let version = served.worker.mailbox.capabilityVersion
        self.init(
            mailbox: served.name.description, capabilityVersion: version.map { Int($0) },
            discoveryVersion: Int(DiscoveryRequest.version(forCapabilityVersion: version ?? 0)),
            objects: monitor.knownObjects(of: served.name)?.map(\.description))
    }
}
